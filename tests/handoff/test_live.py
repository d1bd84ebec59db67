"""A console that lives on events alone shows what a fresh one would: snapshot, act, apply the events, compare."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from bot.store import conversations, customers, desk_queries, messages, notes, outbox, questions, schema
from bot.store.agents import Agent, Presence
from bot.store.database import Database, Tx
from bot.store.desk_queries import Counts, ListRow
from bot.store.messages import Author, Message, Status
from bot.store.notes import Note
from bot.store.times import to_ms
from handoff import card, events, live
from handoff.card import Card
from handoff.desk import Desk
from handoff.routing import Assignment
from tests.handoff.conftest import Street, field_kind
from tests.handoff.names import PlainNames

NAMES = PlainNames()
HOUR = timedelta(hours=1)


@dataclass
class Screen:
    """Everything a console can show."""

    rows: dict[str, ListRow]
    messages: dict[int, Message]
    notes: dict[int, Note]
    cards: dict[str, Card]
    counts: Counts


def snapshot(tx: Tx) -> Screen:
    ids = list(tx.scalars(select(schema.conversations.c.id)))
    return Screen(
        rows={row.id: row for row in desk_queries.rows_by_id(tx, ids)},
        messages={m.id: m for id in ids for m in messages.of_conversation(tx, id, limit=1000)},
        notes={n.id: n for id in ids for n in notes.of_conversation(tx, id)},
        cards={id: drawn(tx, id) for id in ids},
        counts=desk_queries.counts(tx),
    )


def drawn(tx: Tx, id: str) -> Card:
    found = conversations.find(tx, id)
    assert found is not None
    whole = card.read(tx, found, NAMES, field_kind)
    # What the card does not show may differ.
    shown = replace(found, epoch=0, last_message_at=None, last_customer_at=None, session_no=0)
    return replace(whole, conversation=shown)


def apply(tx: Tx, screen: Screen, changed: live.Changes) -> None:
    screen.rows |= {row.id: row for row in changed.rows}
    screen.messages |= {message.id: message for message in changed.messages}
    screen.notes |= {note.id: note for note in changed.notes}
    screen.cards |= {id: drawn(tx, id) for id in changed.cards}
    screen.counts = changed.counts or screen.counts


Act = Callable[["Stage"], Awaitable[Any]]


@dataclass
class Stage:
    street: Street
    desk: Desk
    database: Database
    anna: Agent
    jan: Agent
    ewa: Agent
    bots: str
    waits: str
    held: str
    question: int  # put to another department, in `held`
    number: str  # of a case, in `held`

    async def in_worker(self, id: str, work: Callable[[Tx, conversations.Conversation, int], Any]) -> Any:
        found = await self.street.conversation(id)
        now = to_ms(self.street.clock())
        return await self.database.run(lambda tx: work(tx, found, now))

    async def bot_says(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            outbox.queue(
                tx,
                id="turn:9",
                conversation_id=id,
                epoch=found.epoch,
                author=Author.BOT,
                purpose="ask",
                body={"text": "Jaki numer?"},
                text="Jaki numer?",
                now=now,
            )
            self.desk.changed(tx, id, "message", outbox_id="turn:9")

        await self.in_worker(id, work)

    async def status(self, id: str, status: Status) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            messages.mark_watermark(tx, id, status, now + 1)
            self.desk.changed(tx, id, "status")

        await self.in_worker(id, work)

    async def failed(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            sent = next(m for m in messages.of_conversation(tx, id) if m.outbox_id)
            assert sent.outbox_id is not None
            outbox.finish(tx, sent.outbox_id, Status.FAILED, failure="window:10:2018278")
            self.desk.changed(tx, id, "status", outbox_id=sent.outbox_id)

        await self.in_worker(id, work)

    async def dialogue_moved(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            state = {"stack": [{"flow": "reklamacja", "step": "telefon", "missing": ["telefon"]}]}
            conversations.change(tx, id, state=state)
            customers.change(tx, id, first_name="Zofia")
            self.desk.changed(tx, id, "state")

        await self.in_worker(id, work)

    async def question_is_due(self) -> None:
        event = {"kind": "desk", "what": "question_due", "question": self.question}
        await self.in_worker(self.held, lambda tx, found, now: self.desk.timer(tx, found, event, now))

    async def muted_writes(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            messages.add(tx, conversation_id=id, mid="m_m", author="customer", text="…!", at=now)
            written = messages.find_by_mid(tx, "m_m")
            assert written is not None
            self.desk.muted_wrote(tx, found, written.id, now)

        await self.in_worker(id, work)

    async def edits(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            written = next(m for m in messages.of_conversation(tx, id) if m.mid and m.author == "customer")
            assert written.mid is not None
            messages.edit(tx, written.mid, "dobry wieczór", now)
            self.desk.message_edited(tx, found, written.id, now)

        await self.in_worker(id, work)

    async def long_after(self, **span: float) -> None:
        self.street.clock.pass_(**span)
        await self.desk.watch()

    async def assistant_stays_silent(self) -> None:
        await self.street.writes(self.bots, "halo?")
        await self.long_after(minutes=3)

    async def given_out(self) -> None:
        await self.desk.choose_presence(self.jan, Presence.AVAILABLE)
        await self.desk.choose_assignment(self.ewa, Assignment(automatic=True, most=3))
        await self.desk.watch()

    async def inbox_wrote(self, id: str) -> None:
        def work(tx: Tx, found: conversations.Conversation, now: int) -> None:
            messages.add(tx, conversation_id=id, mid="m_i", author="page_inbox", text="Tu biuro", at=now)
            written = messages.find_by_mid(tx, "m_i")
            assert written is not None
            self.desk.page_inbox_wrote(tx, found, written.id, now)

        await self.in_worker(id, work)


ACTS: dict[str, Act] = {
    "the assistant asks for a person": lambda s: s.street.asks_for_a_person(s.bots),
    "a customer writes to the assistant": lambda s: s.street.writes(s.bots, "dzień dobry"),
    "the assistant answers": lambda s: s.bot_says(s.bots),
    "a waiting customer writes": lambda s: s.street.writes(s.waits, "halo"),
    "a customer writes to an agent": lambda s: s.street.writes(s.held, "a kiedy wypłata?"),
    "an agent takes a waiting one": lambda s: s.desk.take(s.jan, s.waits),
    "an agent takes one unasked": lambda s: s.desk.take(s.jan, s.bots),
    "the agent answers": lambda s: s.desk.answer(s.anna, s.held, "Jutro.", key="k1"),
    "a supervisor gives it to another": lambda s: s.desk.assign(s.ewa, s.held, s.jan),
    "the agent puts it back in the queue": lambda s: s.desk.requeue(s.anna, s.held, "reklamacje"),
    "the agent writes a note": lambda s: s.desk.note(s.anna, s.held, "@jan zobacz"),
    "the agent corrects a field": lambda s: s.desk.edit_field(s.anna, s.held, "telefon", "601 234 567"),
    "the assistant asks for the agent": lambda s: s.desk.ask_field(s.anna, s.held, "telefon"),
    "the agent changes the address": lambda s: s.desk.set_address(s.anna, s.held, "pani"),
    "a supervisor mutes the customer": lambda s: s.desk.mute(s.ewa, s.held, 9_999_999_999_999, "wyzwiska"),
    "the agent asks another department": lambda s: s.desk.ask_department(s.anna, s.held, "polisy", "Co z AC?", HOUR),
    "the asked department answers": lambda s: s.desk.answer_question(s.jan, s.question, "Jest."),
    "the agent withdraws a question": lambda s: s.desk.withdraw_question(s.anna, s.question),
    "a question's time passes": lambda s: s.question_is_due(),
    "the agent opens a case": lambda s: s.desk.open_case(s.anna, s.held, "reklamacja", key="k-1"),
    "the agent changes a case's state": lambda s: s.desk.set_case_state(s.anna, s.number, "done"),
    "the agent corrects a case's field": lambda s: s.desk.set_case_field(s.anna, s.number, "telefon", "601 234 567"),
    "a supervisor mutes who waits": lambda s: s.desk.mute(s.ewa, s.waits, 9_999_999_999_999, "wyzwiska"),
    "a muted customer writes": lambda s: s.muted_writes(s.bots),
    "a customer changes a message": lambda s: s.edits(s.held),
    "a wait is escalated": lambda s: s.long_after(minutes=20),
    "the assistant stays silent": lambda s: s.assistant_stays_silent(),
    "a conversation is given out": lambda s: s.given_out(),
    "the agent hands it back": lambda s: s.desk.hand_back(s.anna, s.held),
    "the agent closes it": lambda s: s.desk.close(s.anna, s.held, ask_rating=True),
    "the agent reads": lambda s: s.desk.mark_read(s.anna, s.held),
    "messages are seen": lambda s: s.status(s.held, Status.SEEN),
    "a message fails": lambda s: s.failed(s.held),
    "the dialogue moves on": lambda s: s.dialogue_moved(s.bots),
    "the Page Inbox answers a waiting one": lambda s: s.inbox_wrote(s.waits),
    "the Page Inbox answers an agent's": lambda s: s.inbox_wrote(s.held),
}


@pytest.fixture
async def stage(street: Street, desk: Desk, database: Database, anna: Agent, jan: Agent, ewa: Agent) -> Stage:
    state = {"stack": [{"flow": "szkoda", "step": "telefon", "fields": {}, "missing": ["telefon"]}]}
    bots, waits, held = [await street.customer(psid, state=state) for psid in ("1", "2", "3")]
    await street.asks_for_a_person(waits)
    await street.asks_for_a_person(held)
    await desk.take(anna, held)
    await street.writes(held, "dzień dobry")
    await desk.ask_department(anna, held, "szkody", "Kto prowadzi?", HOUR)
    number = await desk.open_case(anna, held, "szkoda_komunikacyjna", key="k-0")
    question = (await database.read(lambda tx: questions.open_of(tx, held)))[0].id
    street.clock.pass_(minutes=2)
    return Stage(street, desk, database, anna, jan, ewa, bots, waits, held, question, number)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_a_console_kept_by_events_equals_a_fresh_one(act: Act, stage: Stage, redis: Redis) -> None:
    position = await events.newest_id(redis)
    screen = await stage.database.read(snapshot)
    before = await stage.database.read(snapshot)
    await act(stage)
    found = await events.after(redis, position)
    assert found is not None
    changed = await stage.database.read(lambda tx: live.changes(tx, found[1]))
    await stage.database.read(lambda tx: apply(tx, screen, changed))
    fresh = await stage.database.read(snapshot)
    assert screen == fresh
    assert fresh != before, "an act that changes nothing proves nothing"


async def test_events_hold_no_word_of_what_was_written(stage: Stage, redis: Redis) -> None:
    await stage.street.writes(stage.held, "marchewka-znacznik")
    await stage.desk.answer(stage.anna, stage.held, "kalafior-znacznik", key="k1")
    stored = await redis.xrange(events.STREAM)
    assert b"znacznik" not in repr(stored).encode()


async def test_a_console_that_slept_too_long_is_told_to_start_anew(stage: Stage, redis: Redis) -> None:
    await stage.street.writes(stage.held, "raz")
    await redis.xtrim(events.STREAM, maxlen=1)
    assert await events.after(redis, "1-0") is None
