"""What the worker does with the desk's decisions: the muted, what is tried again, edits, erasure, dots."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.intake.dots import dots_when_slow
from bot.intake.events import Events
from bot.intake.lanes import Claim
from bot.intake.media import Media
from bot.intake.turns import Turns
from bot.settings import Settings
from bot.store import customers, messages, set_aside, timers
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.erasure import sent_folder
from bot.store.times import to_ms
from handoff import outgoing_files, set_asides
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


class NoTurns:
    """The dialogue, which counts what it is asked; nothing of it is needed here."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def take(self, claim: Any, conversation: Any, customer: Any, arrival: Any) -> None:
        self.taken.append(arrival.text)

    async def take_internal(self, claim: Any, conversation: Any, customer: Any, given: Any) -> None:
        self.taken.append(str(given.event["kind"]))


@pytest.fixture
def turns() -> NoTurns:
    return NoTurns()


@pytest.fixture
def events(database: Database, desk: Desk, turns: NoTurns, settings: Settings, clock: HeldClock) -> Events:
    return Events(database, cast(Turns, turns), desk, cast(Media, None), settings, clock)


def message(text: str, mid: str, kind: str = "message") -> dict[str, Any]:
    event = {"kind": kind, "key": f"{kind}:{mid}", "mid": mid, "page_id": "100", "psid": "7", "text": text}
    return {"event": {**event, "at": "2026-11-23T11:00:00+00:00"}}


def claim(id: str) -> Claim:
    return Claim(id, 1, 1, ())


async def test_the_dialogue_never_hears_a_muted_customer_and_the_message_is_kept(
    events: Events, turns: NoTurns, street: Street, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    until = to_ms(clock()) + 60_000
    await database.run(lambda tx: customers.change(tx, id, muted_until=until, muted_reason="wyzwiska"))
    await events.handle(claim(id), message("…!", "m_1"))
    await events.handle(claim(id), {"internal": {"kind": "nudge"}, "key": "nudge:1"})
    assert turns.taken == []
    kept = await database.read(lambda tx: messages.find_by_mid(tx, "m_1"))
    assert kept is not None
    assert await street.said(id) == ["utter_wyciszenie"]
    clock.pass_(minutes=2)
    await events.handle(claim(id), message("przepraszam", "m_2"))
    assert turns.taken == ["przepraszam"]


async def test_what_is_tried_again_is_handled_as_what_it_was(
    events: Events, turns: NoTurns, street: Street, desk: Desk, ewa: Agent, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    entry = message("zalało mi kuchnię", "m_1")
    await database.run(
        lambda tx: set_aside.add(
            tx, conversation_id=id, event_key="message:m_1", event=entry, error="KeyError:", attempts=5, at=1
        )
    )
    [one] = await database.read(set_asides.open_ones)
    await desk.try_again(ewa, one.id)
    [due] = await database.read(lambda tx: timers.due(tx, to_ms(clock())))
    await events.handle(claim(id), {"internal": due.event, "key": due.id})
    assert turns.taken == ["zalało mi kuchnię"]
    assert await database.read(lambda tx: timers.due(tx, to_ms(clock()))) == []


async def test_a_customers_edit_is_on_record_and_on_the_screen(
    events: Events, street: Street, desk: Desk, anna: Agent, database: Database
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.take(anna, id)
    await street.writes(id, "auto WX 48213")
    await events.handle(claim(id), message("auto WX 48214", "m_1", kind="edit"))
    kept = await database.read(lambda tx: messages.find_by_mid(tx, "m_1"))
    assert kept is not None and (kept.text, kept.edited_at is not None) == ("auto WX 48214", True)


async def test_files_that_agents_sent_are_erased_with_the_conversation(
    events: Events, street: Street, desk: Desk, anna: Agent, database: Database, settings: Settings, clock: HeldClock
) -> None:
    id = await street.customer()
    await desk.take(anna, id)
    kind, name = outgoing_files.keep(settings.var_dir, PNG)
    await desk.answer(anna, id, "", key="k-1", attachment=(kind, f"https://x.example/konsola/plik/{name}"))
    path = sent_folder(settings.var_dir) / name
    assert path.is_file()
    event = {"kind": "erase", "code": "7F3A"}
    await database.run(
        lambda tx: timers.set_timer(tx, id="erase:1", conversation_id=id, event=event, due_at=to_ms(clock()))
    )
    await events.handle(claim(id), {"internal": event, "key": "erase:1"})
    assert not path.exists()


async def test_dots_are_shown_while_an_answer_is_slow_and_not_for_a_quick_one() -> None:
    shown = asyncio.Event()

    async def typing() -> None:
        shown.set()

    async with dots_when_slow(typing, after_s=60):
        pass
    assert not shown.is_set()
    async with dots_when_slow(typing, after_s=0):
        await asyncio.wait_for(shown.wait(), 5)


@pytest.mark.parametrize(("known", "kept"), [("m_9", 0), ("m_8", 1), (None, 1)], ids=["its own", "another", "none"])
async def test_an_echo_of_what_is_on_record_as_sent_asks_nobody(
    events: Events, street: Street, database: Database, monkeypatch: pytest.MonkeyPatch, known: str | None, kept: int
) -> None:
    """And one under another mid, or of what this process did not send, is looked up and kept as before."""
    id = await street.customer()
    events.settings.app_id = "555"
    events.has_sent = lambda outbox_id, mid: outbox_id == "ours:1" and mid is not None and mid == known
    asked = 0
    read = database.read

    async def counted(work: Any) -> Any:
        nonlocal asked
        asked += 1
        return await read(work)

    monkeypatch.setattr(database, "read", counted)
    entry = message("Dzień dobry.", "m_9", "echo")
    entry["event"] |= {"app_id": "555", "metadata": "ours:1"}
    await events.handle(claim(id), entry)
    assert bool(asked) == bool(kept)
    monkeypatch.undo()
    found = await database.read(lambda tx: messages.of_conversation(tx, id))
    assert len(found) == kept
