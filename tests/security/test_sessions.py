"""Sessions as a thief finds them: bound in time, ended at every change, never sent where they could be read."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx
import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from bot.store import agents
from bot.store.agents import Agent, Role
from bot.store.database import Database
from bot.store.times import to_ms
from handoff import accounts, events, viewers
from handoff.accounts import FAILURES_BEFORE_LOCK, matches
from handoff.console import stream
from handoff.console.pages import Pages
from handoff.console.security import COOKIE
from handoff.console.stream import Console, Streams
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.test_console import BASE, HERE, application, demo_agent, log_in
from tests.handoff.test_rights import addresses, filled
from tests.security.test_front import untouched


async def test_one_address_may_not_try_passwords_without_end(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    few = settings.model_copy(update={"login_tries": 2})
    transport = httpx.ASGITransport(application(desk, database, redis, few, clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        # A login that works is no try.
        for _ in range(3):
            assert (await log_in(client, "anna", "anna")).status_code == 303
        said = [(await log_in(client, who, "zgaduję")).status_code for who in ("marek", "nikt", "ktos")]
        assert said == [401, 401, 429]
        clock.pass_(minutes=2)
        assert (await log_in(client, "anna", "anna")).status_code == 303


async def test_a_stolen_session_may_not_guess_the_password_without_end(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    few = settings.model_copy(update={"login_tries": 2})
    transport = httpx.ASGITransport(application(desk, database, redis, few, clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HERE) as client:
        await log_in(client, "anna", "anna")
        guess = {"stare": "zgaduję", "nowe": "nowe-haslo-1", "znowu": "nowe-haslo-1"}
        said = [(await client.post("/konsola/haslo", data=guess)).status_code for _ in range(3)]
    assert said == [409, 409, 429]


async def test_logging_in_again_ends_the_session_before(browser: httpx.AsyncClient) -> None:
    await log_in(browser, "anna", "anna")
    before = browser.cookies[COOKIE]
    await log_in(browser, "anna", "anna")
    assert browser.cookies[COOKIE] != before
    browser.cookies.clear()
    assert (await browser.get("/konsola", headers={"Cookie": f"{COOKIE}={before}"})).status_code == 303


async def test_a_session_that_is_not_used_ends_and_one_that_is_used_goes_on(
    anna_in: httpx.AsyncClient, clock: HeldClock
) -> None:
    for _ in range(3):
        clock.pass_(minutes=90)
        assert (await anna_in.get("/konsola/koledzy")).status_code == 200
    clock.pass_(minutes=125)
    assert (await anna_in.get("/konsola/koledzy")).status_code == 303


async def test_a_session_ends_after_its_shift_however_much_it_is_used(
    anna_in: httpx.AsyncClient, clock: HeldClock
) -> None:
    for _ in range(11):
        clock.pass_(hours=1)
        assert (await anna_in.get("/konsola/koledzy")).status_code == 200
    clock.pass_(minutes=61)
    assert (await anna_in.get("/konsola/koledzy")).status_code == 303


async def test_an_open_stream_ends_with_its_session(
    desk: Desk,
    redis: Redis,
    settings: Settings,
    clock: HeldClock,
    anna: Agent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0)
    streams = Streams(desk, redis, Pages(desk.floor.names, settings, clock))
    answers = iter([True, True, False])

    async def is_in() -> bool:
        return next(answers)

    async with aclosing(streams.follow(Console(anna, None), await events.newest_id(redis), is_in)) as follow:
        frames = [await anext(follow, b"") for _ in range(10)]
    # Only the three of the open session; a stream that goes on would be heard in all ten.
    assert len([frame for frame in frames if frame]) == 3


async def test_an_open_stream_ends_with_the_right_to_see_customers(
    anna_in: httpx.AsyncClient,
    database: Database,
    redis: Redis,
    street: Street,
    clock: HeldClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.01)
    id = await street.customer()
    asked = {"od": await events.newest_id(redis), "rozmowa": id}
    async with asyncio.timeout(30):
        listening = asyncio.create_task(anna_in.get("/konsola/zdarzenia", params=asked))
        while True:
            if await viewers.who(redis, id, to_ms(clock())):
                break
            await asyncio.sleep(0.01)
        assert not listening.done()
        agent = await demo_agent(database, "anna")
        await database.run(lambda tx: agents.change(tx, agent.id, role=Role.EDITOR.value))
        assert (await listening).status_code == 200


async def test_every_refusal_of_a_login_has_the_same_work_behind_it(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(password: str, password_hash: str) -> bool:
        made.append(password)
        return matches(password, password_hash)

    monkeypatch.setattr(accounts, "matches", counted)
    for _ in range(FAILURES_BEFORE_LOCK):
        await log_in(browser, "marek", "zgaduję")
    for login in ("anna", "marek", "nikt"):
        made.clear()
        assert (await log_in(browser, login, "zgaduję")).status_code == 401
        assert made == ["zgaduję"], login


async def test_what_a_stranger_uploads_is_not_read(browser: httpx.AsyncClient) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = await browser.post("/konsola/rozmowa/100:7/plik", content=untouched(), headers=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/konsola/wejscie")


async def test_behind_https_the_cookie_travels_only_there(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    behind = settings.model_copy(update={"public_url": "https://konsola.test"})
    transport = httpx.ASGITransport(application(desk, database, redis, behind, clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        form = {"login": "anna", "haslo": "anna"}
        came_in = await client.post("/konsola/wejscie", data=form, headers={"Origin": "https://konsola.test"})
        cookie = came_in.headers["set-cookie"].lower()
    for word in ("secure", "httponly", "samesite=lax", "path=/konsola"):
        assert word in cookie


async def test_no_address_that_changes_something_believes_another_site(anna_in: httpx.AsyncClient) -> None:
    posts = [path for method, path in addresses() if method == "POST"]
    assert len(posts) > 30
    for path in [*posts, "/konsola/wejscie", "/konsola/wyjscie"]:
        for origin in (
            "https://zly.example",
            "null",
            "http://konsola.test.zly.example",
            "http://[",
            "konsola.test",
            "",
        ):
            answer = await anna_in.post(filled(path), headers={"Origin": origin})
            assert answer.status_code == 403, (path, origin)


async def test_behind_https_a_page_that_came_without_it_is_another_site(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    behind = settings.model_copy(update={"public_url": "https://konsola.test"})
    transport = httpx.ASGITransport(application(desk, database, redis, behind, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://konsola.test") as client:
        said = {
            origin: (await client.post("/konsola/wyjscie", headers={"Origin": origin})).status_code
            for origin in ("http://konsola.test", "https://konsola.test")
        }
    assert said == {"http://konsola.test": 403, "https://konsola.test": 303}
