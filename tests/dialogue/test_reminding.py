"""The reminder of a planned call: set with the call, for half an hour before it, and not for one that is near."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.cases.sealing import Sealer
from bot.clock import WARSAW
from bot.dialogue.acts import Acts
from bot.dialogue.turns import Act
from bot.store import conversations, customers
from bot.store.database import Database
from bot.store.schema import timers
from bot.store.times import to_ms

SATURDAY_NOON = datetime(2026, 11, 21, 12, tzinfo=WARSAW)


class Nothing:
    """A company without claims or branches: a call needs neither."""

    async def find_claim(self, customer: Any, wanted: Any) -> dict[str, Any]:
        return {}

    async def check_identity(self, customer: Any, given: Any, tries: int) -> dict[str, Any]:
        return {}

    def nearest(self, wanted: Any) -> list[Any]:
        return []


async def reminders(database_url: str, **fields: str) -> list[tuple[int, dict[str, Any]]]:
    database = Database(database_url)
    acts = Acts(database, Nothing(), Nothing(), Sealer("a key for tests"), frozenset(), lambda tx: lambda at: True)
    act = Act("zaplanuj_telefon", {"department": "szkody", "fields": fields}, "turn-1")
    try:
        made = await database.run(lambda tx: conversations.find_or_create(tx, "page", "psid", 0))
        customer = await database.read(lambda tx: customers.find(tx, made.id))
        assert customer is not None
        for _ in range(2):  # as after a crash: twice has one effect
            await acts.perform(act, made, customer, SATURDAY_NOON)
        return await database.read(lambda tx: [(row.due_at, row.event) for row in tx.execute(select(timers))])
    finally:
        database.close()


async def test_the_customer_is_reminded_of_a_call_half_an_hour_before_it(database_url: str) -> None:
    [(due_at, event)] = await reminders(database_url, dzien_kontaktu="jutro", godzina_kontaktu="17:00")
    assert due_at == to_ms(datetime(2026, 11, 22, 16, 30, tzinfo=WARSAW))
    assert event["say"] == "utter_przypomnienie_telefonu"
    assert event["slots"] == {"termin_kontaktu": "2026-11-22T17:00:00+01:00", "department": "szkody"}


async def test_nobody_is_reminded_of_a_call_that_is_near(database_url: str) -> None:
    assert await reminders(database_url, dzien_kontaktu="dzis", godzina_kontaktu="13:30") == []
