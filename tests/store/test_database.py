"""Transactions, hooks, migrations and the fence, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import LeaseLost, StoreUnavailable
from bot.messenger.json_values import as_id, short
from bot.store import Database, Tx, conversations, messages, outbox, set_aside, timers
from bot.store.messages import Author, Status

NOW = 1_800_000_000_000


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def queue(tx: Tx, id: str, author: Author = Author.BOT, epoch: int = 0) -> bool:
    shown = outbox.queue(
        tx,
        id=id,
        conversation_id="p:1",
        epoch=epoch,
        author=author,
        purpose="answer",
        body={"text": "x"},
        now=NOW,
        text="x",
    )
    return shown is not None


async def test_hooks_run_after_the_commit_and_never_after_a_rollback(database: Database) -> None:
    seen: list[str] = []

    async def look() -> None:
        found = await database.read(lambda tx: conversations.find(tx, "p:1"))
        seen.append(found.id if found else "nothing")

    def work(tx: Tx) -> None:
        tx.after_commit(look)
        conversations.find_or_create(tx, "p", "1", NOW)

    def broken(tx: Tx) -> None:
        tx.after_commit(look)
        raise ValueError

    await database.run(work)
    with pytest.raises(ValueError):
        await database.run(broken)
    assert seen == ["p:1"]


async def test_an_older_lease_cannot_write_over_a_younger_ones_work(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    await database.run(lambda tx: conversations.hold(tx, "p:1", 7))
    await database.run(lambda tx: conversations.hold(tx, "p:1", 7))
    with pytest.raises(LeaseLost):
        await database.run(lambda tx: conversations.hold(tx, "p:1", 6))


async def test_two_changes_of_owner_from_the_same_epoch_let_one_win(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    moves = [
        database.run(
            partial(conversations.move_owner, conversation="p:1", expected_epoch=0, owner="agent", agent_id=agent)
        )
        for agent in (1, 2)
    ]
    assert sorted(await asyncio.gather(*moves)) == [False, True]


async def test_a_message_queued_twice_is_queued_once(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    assert await database.run(lambda tx: queue(tx, "t:0"))
    assert not await database.run(lambda tx: queue(tx, "t:0"))
    assert len(await database.read(lambda tx: messages.of_conversation(tx, "p:1"))) == 1


async def test_the_longest_mid_that_is_let_through_is_kept_and_answered(database: Database) -> None:
    mid = as_id("m_" + "A" * 1_000) or ""

    def work(tx: Tx) -> None:
        key = short(f"message:{mid}")
        messages.add(tx, conversation_id="p:1", event_key=key, mid=mid, author=Author.CUSTOMER.value, text="x", at=NOW)
        answer = f"{key}:0:0:again"
        outbox.queue(
            tx,
            id=answer,
            conversation_id="p:1",
            epoch=0,
            author=Author.BOT,
            purpose="answer",
            body={},
            now=NOW,
            reply_to=mid,
        )
        set_aside.add(tx, conversation_id="p:1", event_key=f"send:{answer}", event={}, error="x", attempts=1, at=NOW)

    await database.run(work)
    found = await database.read(lambda tx: outbox.next_of(tx, "p:1"))
    assert found is not None and found.reply_to == mid and len(mid) > 300


async def test_a_message_already_sent_is_not_queued_again(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    await database.run(lambda tx: queue(tx, "t:0"))
    await database.run(lambda tx: outbox.finish(tx, "t:0", Status.SENT, mid="m1"))
    assert not await database.run(lambda tx: queue(tx, "t:0"))
    assert await database.read(lambda tx: outbox.next_of(tx, "p:1")) is None


@pytest.mark.parametrize(("author", "passes"), [(Author.BOT, False), (Author.AGENT, True), (Author.SYSTEM, True)])
async def test_after_a_change_of_owner_only_the_bots_rows_are_stopped(
    database: Database, author: Author, passes: bool
) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    await database.run(lambda tx: queue(tx, "t:0", author))
    await database.run(lambda tx: conversations.move_owner(tx, "p:1", 0, owner="agent"))
    assert await database.run(lambda tx: outbox.begin_sending(tx, "t:0", NOW)) is passes


async def test_rows_leave_in_the_order_in_which_they_were_queued(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    for n in range(5):
        await database.run(partial(queue, id=f"t:{n}"))
    order = []
    while (row := await database.read(lambda tx: outbox.next_of(tx, "p:1"))) is not None:
        order.append(row.id)
        await database.run(partial(outbox.finish, id=row.id, status=Status.SENT, mid=f"m{row.id}"))
    assert order == [f"t:{n}" for n in range(5)]


async def test_the_state_of_a_message_never_goes_back(database: Database) -> None:
    await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
    await database.run(lambda tx: queue(tx, "t:0"))
    await database.run(lambda tx: outbox.finish(tx, "t:0", Status.SENT, mid="m1"))
    assert await database.run(lambda tx: messages.mark_watermark(tx, "p:1", Status.SEEN, NOW)) == 1
    assert await database.run(lambda tx: messages.mark_watermark(tx, "p:1", Status.DELIVERED, NOW)) == 0
    await database.run(lambda tx: outbox.doubt(tx, "t:0", NOW))
    (message,) = await database.read(lambda tx: messages.of_conversation(tx, "p:1"))
    assert (message.status, message.mid) == ("seen", "m1")


async def test_a_timer_fires_for_one_taker_only(database: Database) -> None:
    await database.run(
        lambda tx: timers.set_timer(tx, id="t", conversation_id="p:1", event={"kind": "nudge"}, due_at=NOW)
    )
    assert [t.id for t in await database.read(lambda tx: timers.due(tx, NOW))] == ["t"]
    assert await database.run(lambda tx: timers.remove(tx, "t"))
    assert not await database.run(lambda tx: timers.remove(tx, "t"))


async def test_a_column_or_table_that_is_not_there_is_our_fault_and_no_outage(database: Database) -> None:
    def ask(tx: Tx, what: str) -> None:
        tx.execute(text(f"SELECT {what}"))

    for what in ("nothing FROM handoffs", "1 FROM nothing", "FROM"):
        with pytest.raises(DBAPIError):
            await database.read(partial(ask, what=what))
        with pytest.raises(DBAPIError):
            await database.run(partial(ask, what=what))


async def test_a_statement_that_fails_repeats_no_value(database: Database) -> None:
    def ask(tx: Tx) -> None:
        tx.execute(text("SELECT nothing FROM messages WHERE text = :words"), {"words": "mam na imię Zenobia"})

    for door in (database.read, database.run):
        with pytest.raises(DBAPIError) as caught:
            await door(ask)
        assert "Zenobia" not in str(caught.value)


async def test_a_server_that_only_lets_read_or_throws_us_out_is_away_and_the_next_transaction_works(
    database: Database,
) -> None:
    def refused(tx: Tx) -> None:
        tx.execute(text("SET TRANSACTION READ ONLY" if tx.is_postgresql else "PRAGMA query_only=ON"))
        conversations.find_or_create(tx, "p", "1", NOW)

    def thrown_out(tx: Tx) -> None:
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailable):
        await database.run(refused)
    if database.engine.dialect.name == "postgresql":
        with pytest.raises(StoreUnavailable):
            await database.run(thrown_out)
        await database.run(lambda tx: conversations.find_or_create(tx, "p", "1", NOW))
