"""Stored script: every place in the record that may hold words holds markup, and every page that shows any is drawn."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from sqlalchemy import Text, insert, update

from bot.store import agents, comments, misreadings, notes, set_aside
from bot.store.agents import Role
from bot.store.database import Database, Tx
from bot.store.public_schema import incidents, rises
from bot.store.schema import complaints, handoffs, metadata
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import demo_agent
from tests.handoff.test_rights import STREAM, addresses, filled

SCRIPT = (
    "\"'><img src=x onerror=alert(1)><script>alert(2)</script><a href=javascript:alert(3) style='x' hx-get=/x>&lt;b&gt;"
)
# Words of ours alone: hashes, and where a file lies.
NOT_FILLED = {"agents.password_hash", "attachments.path", "customers.page_id"}


NOTHING_ASKED: dict[str, str] = {}
ASKED = {**dict.fromkeys(("q", "kod", "dzial", "od", "sprawa"), SCRIPT), "przed": "999"}


class Seen(HTMLParser):
    """What a browser would make of a page: elements and attributes that nobody of us wrote."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.foreign: list[str] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("src") == "x" or (tag == "script" and "src" not in given):
            self.foreign.append(tag)
        self.foreign += [name for name in given if name.startswith("on") or name == "style"]
        self.foreign += [f"{tag}={value}" for value in given.values() if (value or "").startswith("javascript:")]

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.fixture
async def everywhere(desk: Desk, database: Database, street: Street, clock: HeldClock) -> str:
    """A conversation, and a row of everything that a page shows; then markup in every column that is free text."""
    id = await street.customer()
    await street.asks_for_a_person(id)
    at = await street.writes(id, "Dzień dobry")
    now = to_ms(clock())

    def fill(tx: Tx) -> None:
        # In most such columns the name of a thing, not words: `names` knows no thing of this name, and shows it.
        conversation: dict[str, Any] = {"conversation_id": id, "at": now}
        tx.execute(update(handoffs).values(rating="tak", ended_at=now, reason=SCRIPT[:40], flow=SCRIPT, step=SCRIPT))
        comments.add(tx, id=f"1_{SCRIPT}"[:120], page_id="100", text="?", author="x", kind="question", sensitive="",
                     state="passed", attempts=0, due_at=now, link="https://x/", post_text="x", at=now)  # fmt: skip
        named = dict.fromkeys(("name", "text", "waiting_text", "over_text"), SCRIPT)
        moments = {"starts_at": now - 1, "declared_at": now, "declared_by": 1}
        tx.execute(insert(incidents).values(key="k", **named, **moments, intents=[SCRIPT], flows=[], departments=[]))
        notes.add(tx, text="x", agent_id=1, mentions=[], **conversation)
        entry = {"event": {"kind": SCRIPT, "text": SCRIPT}}
        set_aside.add(tx, event_key="k", event=entry, error=SCRIPT, attempts=1, **conversation)
        misreadings.note(tx, message_id=at, kind="unknown", offered=[SCRIPT], chosen=SCRIPT[:80], **conversation)
        tx.execute(insert(rises).values(subject=SCRIPT[:80], slot=now, customers=9, usual=1.0, weeks=4, at=now))
        tx.execute(insert(complaints).values(kinds=["said"], department="x", due_at=now + 1, **conversation))
        for table in metadata.tables.values():
            words = [column.name for column in table.c if isinstance(column.type, Text) and type(column.type) is Text]
            for name in words:
                if f"{table.name}.{name}" not in NOT_FILLED:
                    tx.execute(update(table).values({name: SCRIPT}))

    await database.run(fill)
    return id


async def test_no_page_makes_an_element_of_what_somebody_wrote(
    anna_in: httpx.AsyncClient, database: Database, everywhere: str
) -> None:
    anna = await demo_agent(database, "anna")
    await database.run(lambda tx: agents.change(tx, anna.id, role=Role.ADMINISTRATOR.value))
    holding = 0
    for method, path in addresses():
        if method != "GET" or path == STREAM:
            continue
        for words in NOTHING_ASKED, ASKED:
            answer = await anna_in.get(filled(path.replace("{id}", everywhere)), params=words)
            assert answer.status_code < 500, path
            if answer.headers.get("content-type", "").startswith("text/html"):
                seen = Seen()
                seen.feed(answer.text)
                assert seen.foreign == [], path
                holding += "<img src=x" in seen.shown
    # What was written is there to be read: names, messages, notes, comments, incidents, accounts …
    assert holding >= 8
