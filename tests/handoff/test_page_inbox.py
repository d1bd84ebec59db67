"""The page's own inbox: threads that people answer there, taken back and passed on by the platform's routing calls."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.messenger.graph import PAGE_INBOX_APP_ID
from bot.settings import Settings
from bot.store import timers
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.times import to_ms
from handoff.desk import Desk
from handoff.elsewhere import ThreadKept
from tests.handoff.conftest import HeldClock, Street, field_kind
from tests.handoff.names import PlainNames
from tests.handoff.platform import StandInPlatform
from tests.handoff.voice import PlainVoice


def open_desk(
    platform: StandInPlatform, database: Database, redis: Redis, settings: Settings, clock: HeldClock, target: str
) -> tuple[Desk, Street]:
    chosen = settings.model_copy(update={"handoff_target": target})
    voice = PlainVoice()
    desk = Desk(database, redis, voice, chosen, PlainNames(), clock, field_kind=field_kind, platform=platform)
    return desk, Street(database, desk, clock)


async def pass_when_due(desk: Desk, street: Street, id: str, clock: HeldClock) -> None:
    clock.pass_(seconds=10)
    now = to_ms(clock())
    for timer in await desk.database.read(lambda tx: timers.due(tx, now)):
        found = await street.conversation(id)
        await desk.database.run(lambda tx: desk.timer(tx, found, timer.event, now))  # noqa: B023


async def test_taking_a_thread_back_asks_the_platform_first(
    database: Database, redis: Redis, settings: Settings, clock: HeldClock, anna: Agent
) -> None:
    platform = StandInPlatform()
    desk, street = open_desk(platform, database, redis, settings, clock, "console")
    id = await street.customer(owner="elsewhere")
    assert (await desk.take(anna, id)).owner == "agent"
    assert platform.taken == ["7"]


async def test_a_thread_that_the_platform_keeps_is_not_ours(
    database: Database, redis: Redis, settings: Settings, clock: HeldClock, anna: Agent
) -> None:
    desk, street = open_desk(StandInPlatform(refuses=True), database, redis, settings, clock, "console")
    id = await street.customer(owner="elsewhere")
    with pytest.raises(ThreadKept):
        await desk.take(anna, id)
    assert (await street.conversation(id)).owner == "elsewhere"


async def test_where_people_answer_in_the_inbox_the_thread_goes_there_after_the_customer_has_heard(
    database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    platform = StandInPlatform()
    desk, street = open_desk(platform, database, redis, settings, clock, "page_inbox")
    id = await street.customer()
    await street.asks_for_a_person(id)
    assert await street.said(id) != []
    assert platform.passed == []
    await pass_when_due(desk, street, id, clock)
    assert platform.passed == [("7", PAGE_INBOX_APP_ID, f"http://127.0.0.1:8000/konsola/rozmowa/{id}")]
    assert (await street.conversation(id)).owner == "elsewhere"


async def test_a_thread_that_cannot_be_passed_waits_on_the_console(
    database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    desk, street = open_desk(StandInPlatform(refuses=True), database, redis, settings, clock, "page_inbox")
    id = await street.customer()
    await street.asks_for_a_person(id)
    await pass_when_due(desk, street, id, clock)
    assert (await street.conversation(id)).owner == "waiting"


async def test_with_the_console_as_target_nothing_is_passed(
    database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    platform = StandInPlatform()
    desk, street = open_desk(platform, database, redis, settings, clock, "console")
    id = await street.customer()
    await street.asks_for_a_person(id)
    await pass_when_due(desk, street, id, clock)
    assert (platform.passed, (await street.conversation(id)).owner) == ([], "waiting")
