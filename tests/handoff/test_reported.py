"""What the desk does reaches the reports: requests, waits, answers, endings; and the pages that show them."""

from __future__ import annotations

import re

import httpx
import pytest
from redis.asyncio import Redis
from starlette.types import ASGIApp

from bot.reports import figures
from bot.reports.cells import Measure
from bot.reports.days import lately
from bot.reports.matter import Outcome
from bot.settings import Settings
from bot.store import matters
from bot.store.agents import Agent
from bot.store.database import Database
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import BASE, application, log_in

MINUTE = 60_000


async def reported(database: Database, clock: HeldClock) -> figures.Report:
    asked = figures.asked_for(lately(clock(), 7))
    return await database.read(lambda tx: figures.read(tx, asked, clock()))


async def test_the_first_answer_counts_from_the_request_and_not_from_the_greeting(
    street: Street, desk: Desk, database: Database, clock: HeldClock, anna: Agent
) -> None:
    id = await street.customer()
    clock.pass_(minutes=30)
    await street.asks_for_a_person(id)
    clock.pass_(minutes=7)
    await desk.take(anna, id)
    clock.pass_(minutes=2)
    await desk.answer(anna, id, "Dzień dobry, już sprawdzam.", key="1")
    clock.pass_(minutes=20)
    await desk.close(anna, id)
    found = await reported(database, clock)
    assert (found.medians.wait, found.medians.first_answer) == (7 * MINUTE, 9 * MINUTE)
    assert found.medians.closing == 29 * MINUTE
    assert found.all.outcomes == {Outcome.CLOSED: 1}
    assert found.all.reasons == {"prosba": 1}
    assert (found.all.of(Measure.WAITED), found.all.of(Measure.QUICK), found.all.of(Measure.IN_VAIN)) == (1, 0, 0)


async def test_who_withdraws_waited_in_vain(street: Street, desk: Desk, database: Database, clock: HeldClock) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    clock.pass_(hours=2)
    conversation = await street.conversation(id)
    await database.run(lambda tx: desk.withdraw(tx, conversation, desk.floor.now()))
    found = await reported(database, clock)
    assert found.all.outcomes == {Outcome.ABANDONED: 1}
    assert (found.all.in_vain_share, found.medians.wait) == (1.0, None)


async def test_a_message_that_nobody_answers_is_listed_and_thanks_are_not(
    street: Street, desk: Desk, database: Database, clock: HeldClock, anna: Agent
) -> None:
    forgotten, thanked = await street.customer("7"), await street.customer("8")
    for id in (forgotten, thanked):
        await street.asks_for_a_person(id)
        await desk.take(anna, id)
        await desk.answer(anna, id, "Sprawdzam.", key=id)
    await street.writes(forgotten, "A kiedy przyjdą pieniądze?")
    await street.writes(thanked, "Dziękuję bardzo!")
    for id in (forgotten, thanked):
        await desk.close(anna, id)
    found = await reported(database, clock)
    assert [one.conversation_id for one in found.unanswered] == [forgotten]
    assert found.all.of(Measure.UNANSWERED) == 1


async def test_put_back_into_the_queue_the_customer_waits_on(
    street: Street, desk: Desk, database: Database, clock: HeldClock, anna: Agent, jan: Agent
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    clock.pass_(minutes=3)
    await desk.take(anna, id)
    await desk.requeue(anna, id, "reklamacje")
    assert (await reported(database, clock)).all.of(Measure.WAITED) == 0
    clock.pass_(minutes=9)
    await desk.take(jan, id)
    found = await reported(database, clock)
    assert found.medians.wait == 12 * MINUTE
    assert [(name, sums.of(Measure.WAITED)) for name, sums in found.by_department] == [("reklamacje", 1)]


async def test_what_is_answered_in_the_pages_inbox_is_nobodys_debt_here(
    street: Street, desk: Desk, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    message = await street.writes(id, "Halo, jest tam kto?")
    conversation = await street.conversation(id)
    await database.run(lambda tx: desk.page_inbox_wrote(tx, conversation, message, desk.floor.now()))
    [matter] = await database.read(lambda tx: matters.recent(tx, id))
    assert (matter.outcome, matter.pending_since, matter.with_person) == (Outcome.ELSEWHERE, None, False)


@pytest.fixture
def app(desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock) -> ASGIApp:
    return application(desk, database, redis, settings, clock)


async def test_a_supervisor_reads_the_reports_and_takes_them_along(
    app: ASGIApp, street: Street, desk: Desk, clock: HeldClock, anna: Agent
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    clock.pass_(minutes=4)
    await desk.take(anna, id)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as browser:
        await log_in(browser, "marek", "marek")
        page = (await browser.get("/konsola/raporty")).text
        assert "Gdzie tracimy klientów" in page and "4 min" in page
        assert not re.search(r"<script(?! src)|\sstyle=|\son\w+=", page), "the page's own policy forbids it"
        path = (await browser.get("/konsola/raporty/droga/szkoda_komunikacyjna")).text
        assert "W tych dniach nikt z tym nie przyszedł." in path
        found = (
            await browser.get("/konsola/raporty/dane.json", params={"od": "2026-11-01", "do": "2026-11-30"})
        ).json()
        assert [
            (row["okres"], row["dzial"], row["prosby_o_czlowieka"]) for row in found if row["prosby_o_czlowieka"]
        ] == [("2026-11-23", "szkody", 1)]
        table = await browser.get("/konsola/raporty/dane.csv")
        assert table.headers["content-disposition"] == 'attachment; filename="raport-2026-10-27-2026-11-23.csv"'


SENSELESS = ("od=2026-02-30", "od=2026-11-02&do=2026-11-01", "od=1&do=x", "co=nic&dzial=%27&sprawa=nic")


@pytest.mark.parametrize("query", SENSELESS)
async def test_days_that_make_no_sense_are_answered_with_a_sentence_and_the_usual_days(
    app: ASGIApp, query: str
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as browser:
        await log_in(browser, "marek", "marek")
        answer = await browser.get(f"/konsola/raporty?{query}")
        assert answer.status_code == 200
        assert ("Pokazane są ostatnie cztery tygodnie." in answer.text) is query.startswith("od")
