"""What the record says to whoever watches over the product."""

from __future__ import annotations

from prometheus_client import REGISTRY

from bot import alarms
from bot.clock import epoch_ms
from bot.store import conversations, outbox
from bot.store.database import Database, Tx
from bot.store.messages import Author

MINUTE = 60_000


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def three_conversations(tx: Tx) -> None:
    """One of the assistant, two customers who wait for a person, and a message that has not left."""
    now = epoch_ms()
    for psid in ("1", "2", "3"):
        conversations.find_or_create(tx, "p", psid, now)
    for psid, minutes in (("2", 3), ("3", 20)):
        conversations.change(tx, f"p:{psid}", owner="waiting", waiting_since=now - minutes * MINUTE)
    outbox.queue(
        tx,
        id="turn:0",
        conversation_id="p:1",
        epoch=0,
        author=Author.BOT,
        purpose="info",
        body={"text": "x"},
        now=now - 2 * MINUTE,
    )


async def test_the_record_tells_who_waits_and_for_how_long(database_url: str) -> None:
    database = Database(database_url)
    try:
        await alarms.look(database)
        assert value("dyzurny_conversations_open", owner="waiting") == 0
        assert value("dyzurny_waiting_longest_seconds") == 0
        assert value("dyzurny_outbox_oldest_seconds") == 0
        await database.run(three_conversations)
        await alarms.look(database)
    finally:
        database.close()
    assert value("dyzurny_conversations_open", owner="waiting") == 2
    assert value("dyzurny_conversations_open", owner="agent") == 0
    assert 1200 <= (value("dyzurny_waiting_longest_seconds") or 0) < 1260
    assert 120 <= (value("dyzurny_outbox_oldest_seconds") or 0) < 180
    assert value("dyzurny_outbox_messages", state="queued") == 1
    assert value("dyzurny_alarm", what="sql_away") == 0


async def test_a_record_that_is_away_is_an_alarm() -> None:
    database = Database("postgresql://127.0.0.1:1/nowhere")
    try:
        await alarms.look(database)
    finally:
        database.close()
    assert value("dyzurny_alarm", what="sql_away") == 1
