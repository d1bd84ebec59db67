"""Editors take what was not understood into the files: grouped, masked, added, begun as a question, taken back."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select

from bot.dialogue.compiler.content import read_nlu
from bot.dialogue.saying import Option, Say
from bot.dialogue.turns import Input, Turn
from bot.editions.folder import FOLDERS
from bot.insight.collecting import collect
from bot.settings import ROOT, Settings
from bot.store import conversations
from bot.store.database import Database, Tx
from bot.store.erasure import erase
from bot.store.schema import audit as audit_table
from bot.store.schema import misreadings
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import BASE, HERE, application, log_in

PAGE = "/konsola/niezrozumiane"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("content")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder)
    return copy


@pytest.fixture
async def marek_in(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock, content: Path
) -> AsyncIterator[httpx.AsyncClient]:
    app = application(desk, database, redis, settings.model_copy(update={"content_dir": content}), clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers=HERE) as browser:
        await log_in(browser, "marek", "marek")
        yield browser


def _forget(content: Path) -> None:
    for path in content.rglob("faq_hulajnoga*"):
        path.unlink()


class Assistant:
    """Takes turns as the worker does, with an understanding of the test's own."""

    def __init__(self, street: Street, database: Database, clock: HeldClock) -> None:
        self.street, self.database, self.clock = street, database, clock

    async def hears(self, id: str, text: str, turn: Turn, *, command: dict[str, str] | None = None) -> int:
        message_id = await self.street.writes(id, text)

        def work(tx: Tx) -> None:
            before = conversations.find(tx, id)
            assert before is not None
            collect(tx, before, Input(f"m{message_id}", self.clock(), text, command), turn, message_id)
            conversations.change(tx, id, state=turn.state)

        await self.database.run(work)
        return message_id

    async def fails(self, id: str, text: str, *offered: str) -> int:
        options = tuple(Option({"kind": "intent", "intent": one}) for one in offered)
        return await self.hears(id, text, Turn([Say("utter_fallback", options=options)], state={"fallbacks": 1}))


@pytest.fixture
def assistant(street: Street, database: Database, clock: HeldClock) -> Assistant:
    return Assistant(street, database, clock)


async def test_a_tap_after_a_fallback_says_what_was_meant_and_the_editor_adds_it_with_one_tap(
    marek_in: httpx.AsyncClient, street: Street, assistant: Assistant, content: Path
) -> None:
    id = await street.customer(first_name="Tomasz")
    earlier = await assistant.fails(id, "hulajnoga")
    await assistant.fails(id, "Kwartalnie sie da, Tomasz, tel. 601234567", "faq/znizki", "faq/raty")
    tap = {"kind": "intent", "intent": "faq/raty"}
    await assistant.hears(id, "Raty", Turn([Say("utter_faq/raty")], state={"fallbacks": 0}), command=tap)
    page = (await marek_in.get(PAGE)).text
    assert "Kwartalnie sie da, …, tel. 000000000" in page and "601234567" not in page
    first = re.search(r'name="intencja" value="([^"]+)"', page)
    assert first is not None and first[1] == "faq/raty", "what was chosen comes before what was guessed"
    key = re.search(r'name="zdanie-([\d-]+)" value="Kwart', page)
    assert key is not None
    form = {"wybrane": key[1], f"zdanie-{key[1]}": "kwartalnie się da?", "intencja": "faq/raty"}
    done = await marek_in.post(f"{PAGE}/przyklad", data=form, headers={**HERE, "HX-Request": "true"})
    assert done.status_code == 200 and "hulajnoga" in done.text
    assert "bez wyboru" in done.text, f"the tap spoke of the last message, not of {earlier}"
    assert [one.text for one in read_nlu(content).examples if one.intent == "faq/raty"][-1] == "kwartalnie się da?"
    undone = re.search(rf"{PAGE}/(\d+)/cofnij", done.text)
    assert undone is not None
    back = await marek_in.post(undone[0], headers={**HERE, "HX-Request": "true"})
    assert "Kwartalnie sie da" in back.text and "Ostatnio dodane" not in back.text
    assert "kwartalnie się da?" not in [one.text for one in read_nlu(content).examples]


async def test_alike_sentences_stand_together_and_begin_a_question(
    marek_in: httpx.AsyncClient, street: Street, assistant: Assistant, database: Database, content: Path
) -> None:
    id = await street.customer()
    for said in ("czy ubezpieczacie hulajnogi", "czy ubezpieczacie hulajnoge", "Czy ubezpieczacie hulajnogi"):
        await assistant.fails(id, said, "faq/raty")
    await assistant.fails(id, "🙂🙂")
    await assistant.fails(id, "odliczenie od podatku")
    page = (await marek_in.get(PAGE)).text
    assert "3 wiadomości" in page
    group = page.split("<form")[next(n for n, part in enumerate(page.split("<form")) if "3 wiadomości" in part)]
    keys = re.findall(r'name="wybrane" value="([\d-]+)"', group)
    form = {"wybrane": keys, "tytul": "Hulajnoga", "odpowiedz": "Hulajnogę [ubezpieczy Pan] razem z domem."}
    form |= {f"zdanie-{key}": f"czy ubezpieczacie hulajnogi {n}" for n, key in enumerate(keys)}
    try:
        done = await marek_in.post(f"{PAGE}/pytanie", data=form, headers={**HERE, "HX-Request": "true"})
        assert done.status_code == 200, done.text
        assert "brakuje jeszcze przykładów" in done.text and "odliczenie od podatku" in done.text
        assert (content / "locales/pl/faq_hulajnoga.yml").is_file()
    finally:
        _forget(content)
    noted = await database.read(
        lambda tx: tx.scalar(select(func.count()).where(audit_table.c.what == "misreading_question"))
    )
    assert noted == len(keys)


async def test_a_refusal_is_in_words_and_an_agent_is_shown_nothing(
    marek_in: httpx.AsyncClient, street: Street, assistant: Assistant
) -> None:
    nothing = await marek_in.post(f"{PAGE}/przyklad", data={"intencja": "faq/raty"}, headers=HERE)
    assert nothing.status_code == 422 and "Zaznacz" in nothing.text
    wrong = await marek_in.post(f"{PAGE}/pomin", data={"wybrane": "x"}, headers=HERE)
    assert wrong.status_code == 422


async def test_erasing_a_customer_erases_what_was_not_understood(
    street: Street, assistant: Assistant, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    await assistant.fails(id, "hulajnoga")

    def counted(tx: Tx) -> int:
        return tx.scalar(select(func.count()).select_from(misreadings)) or 0

    assert await database.read(counted) == 1
    await database.run(lambda tx: erase(tx, id, code="A", now=to_ms(clock())))
    assert await database.read(counted) == 0
