"""Muting holds: one honest sentence, then neither bot nor queue, until it ends or a supervisor lifts it."""

from __future__ import annotations

import pytest

from bot.errors import Rejected
from bot.store import conversations, customers, desk_queries, messages
from bot.store.agents import Agent
from bot.store.customers import is_muted
from bot.store.database import Database, Tx
from bot.store.times import to_ms
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street

DAY_MS = 24 * 3_600_000


@pytest.fixture
async def muted(street: Street, desk: Desk, ewa: Agent, clock: HeldClock) -> str:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await desk.mute(ewa, id, to_ms(clock()) + DAY_MS, "wyzwiska")
    return id


async def hears(street: Street, desk: Desk, id: str) -> None:
    """A muted customer writes, as the worker hands it over."""
    street.written += 1
    key = f"m_{street.written}"

    def work(tx: Tx) -> None:
        now = to_ms(street.clock())
        messages.add(tx, conversation_id=id, event_key=key, mid=key, author="customer", text="…!", at=now)
        written = messages.find_by_mid(tx, key)
        assert written is not None
        found = conversations.find(tx, id)
        assert found is not None
        desk.muted_wrote(tx, found, written.id, now)

    await street.database.run(work)


async def test_who_was_waiting_leaves_the_queue_and_hears_why_nobody_comes(street: Street, muted: str) -> None:
    assert (await street.conversation(muted)).owner == "bot"
    assert (await street.said(muted))[-1] == "utter_wyciszenie"


async def test_what_a_muted_customer_writes_is_kept_and_answered_by_nobody(
    street: Street, desk: Desk, muted: str, database: Database
) -> None:
    before = await street.said(muted)
    for _ in range(3):
        await hears(street, desk, muted)
    assert await street.said(muted) == before
    rows = await database.read(lambda tx: desk_queries.rows_by_id(tx, [muted]))
    assert (rows[0].unread, rows[0].owner) == (0, "bot")
    kept = await database.read(lambda tx: messages.of_conversation(tx, muted))
    assert [m.author for m in kept].count("customer") == 3


async def test_muted_while_nothing_waits_they_hear_it_at_their_next_message_once(
    street: Street, desk: Desk, ewa: Agent, clock: HeldClock
) -> None:
    id = await street.customer()
    await desk.mute(ewa, id, to_ms(clock()) + DAY_MS, "wyzwiska")
    assert await street.said(id) == []
    await hears(street, desk, id)
    await hears(street, desk, id)
    assert await street.said(id) == ["utter_wyciszenie"]


async def test_it_ends_by_itself_and_can_be_lifted_for_a_reason(
    street: Street, desk: Desk, ewa: Agent, clock: HeldClock, muted: str, database: Database
) -> None:
    customer = await database.read(lambda tx: customers.find(tx, muted))
    assert customer is not None
    assert is_muted(customer, to_ms(clock()))
    assert not is_muted(customer, to_ms(clock()) + DAY_MS)
    with pytest.raises(Rejected, match="reason_missing"):
        await desk.mute(ewa, muted, None, "")
    await desk.mute(ewa, muted, None, "przeprosił")
    lifted = await database.read(lambda tx: customers.find(tx, muted))
    assert lifted is not None and lifted.muted_until is None
    assert (await street.said(muted))[-1] == "utter_wyciszenie_koniec"
