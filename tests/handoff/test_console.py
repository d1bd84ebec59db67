"""The console over HTTP: who gets in, what a posted form needs, what the pages show and never run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from functools import cache
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request
from redis.asyncio import Redis
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Settings
from bot.store import agents, customers, messages
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.erasure import erase
from bot.store.times import to_ms
from handoff import events, viewers
from handoff.accounts import FAILURES_BEFORE_LOCK
from handoff.console.pages import Pages
from handoff.console.routes import add_addresses, entrance_to
from handoff.console.stream import MOST_WINDOWS, RELOAD, Console, Streams
from handoff.desk import Desk
from handoff.outgoing_files import LARGEST_PICTURE
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.names import PlainNames

BASE = "http://konsola.test"
HERE = {"Origin": BASE}


@cache
def _console() -> FastAPI:
    """All addresses, put together once: for FastAPI that takes longer than most tests."""

    async def enter(request: Request) -> None:
        await request.scope["entrance"](request)

    app = FastAPI()
    add_addresses(app, enter)
    return app


def application(desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock) -> ASGIApp:
    entrance = entrance_to(desk, database, redis, settings, desk.floor.names, clock)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["entrance"] = entrance
        await _console()(scope, receive, send)

    return app


@pytest.fixture
async def browser(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(desk, database, redis, settings, clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
async def anna_in(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await log_in(browser, "anna", "anna")
    assert answer.status_code == 303
    return browser


async def log_in(browser: httpx.AsyncClient, login: str, password: str) -> httpx.Response:
    return await browser.post("/konsola/wejscie", data={"login": login, "haslo": password}, headers=HERE)


async def demo_agent(database: Database, login: str) -> Agent:
    found = await database.read(lambda tx: agents.find_by_login(tx, login))
    assert found is not None
    return found


async def test_without_a_session_every_page_leads_to_the_entrance(browser: httpx.AsyncClient) -> None:
    for path in ("/konsola", "/konsola/lista", "/konsola/rozmowa/100:7"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/konsola/wejscie")


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    cookie = (await log_in(browser, "anna", "anna")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/konsola" in cookie


async def test_a_wrong_password_and_a_wrong_login_are_told_alike(browser: httpx.AsyncClient) -> None:
    wrong_password = await log_in(browser, "anna", "nie-to")
    wrong_login = await log_in(browser, "nikt", "nie-to")
    assert wrong_password.status_code == wrong_login.status_code == 401
    assert "Zły login albo hasło." in wrong_password.text
    assert "Zły login albo hasło." in wrong_login.text


async def test_repeated_failures_lock_the_account_for_a_while(browser: httpx.AsyncClient, clock: HeldClock) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        await log_in(browser, "anna", "zgaduję")
    shut = await log_in(browser, "anna", "anna")
    assert shut.status_code == 401
    # In the words of a wrong password: who guesses does not learn which logins exist.
    assert "Zły login albo hasło." in shut.text
    clock.pass_(minutes=16)
    assert (await log_in(browser, "anna", "anna")).status_code == 303


async def test_logging_out_ends_the_session_on_the_server(anna_in: httpx.AsyncClient) -> None:
    stolen = dict(anna_in.cookies)
    await anna_in.post("/konsola/wyjscie", headers=HERE)
    assert (
        await anna_in.get("/konsola", headers={"Cookie": f"dyzurny_sesja={stolen['dyzurny_sesja']}"})
    ).status_code == 303


async def test_a_session_ends_by_itself(anna_in: httpx.AsyncClient, clock: HeldClock) -> None:
    clock.pass_(hours=13)
    assert (await anna_in.get("/konsola")).status_code == 303


async def test_demo_passwords_are_shown_in_demo_mode_only(
    browser: httpx.AsyncClient, desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> None:
    assert "Tryb pokazowy" in (await browser.get("/konsola/wejscie")).text
    real = settings.model_copy(update={"demo": False})
    transport = httpx.ASGITransport(application(desk, database, redis, real, clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        assert "Tryb pokazowy" not in (await client.get("/konsola/wejscie")).text


@pytest.mark.parametrize("origin", [None, "http://zly.example", "null"])
async def test_what_another_site_posts_is_refused(
    anna_in: httpx.AsyncClient, street: Street, origin: str | None
) -> None:
    id = await street.customer()
    headers = {"Origin": origin} if origin else {}
    answer = await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers=headers)
    assert answer.status_code == 403
    assert (await street.conversation(id)).owner == "bot"


async def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(
    anna_in: httpx.AsyncClient, street: Street
) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    page = await anna_in.get(f"/konsola/rozmowa/{id}")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert " onclick=" not in page.text


async def test_markup_in_names_and_messages_is_shown_as_text(
    anna_in: httpx.AsyncClient, street: Street, database: Database
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    id = await street.customer(first_name=evil)
    await database.run(lambda tx: customers.change(tx, id, last_name="</li><script>"))
    await street.asks_for_a_person(id)
    await street.writes(id, evil)
    for path in ("/konsola?lista=waiting", f"/konsola/rozmowa/{id}"):
        page = (await anna_in.get(path)).text
        assert "<img src=x" not in page
        assert "<script>" not in page
        assert "&lt;img src=x" in page


async def test_a_list_shows_its_conversations_oldest_wait_first(
    anna_in: httpx.AsyncClient, street: Street, clock: HeldClock
) -> None:
    for name in ("Ala", "Ela", "Ola"):
        id = await street.customer(name, first_name=name)
        await street.asks_for_a_person(id)
        clock.pass_(minutes=3)
    page = (await anna_in.get("/konsola")).text
    assert page.index("Ala") < page.index("Ela") < page.index("Ola")
    assert "9 min" in page


async def test_taking_answering_and_handing_back_by_form(anna_in: httpx.AsyncClient, street: Street) -> None:
    id = await street.customer()
    await street.asks_for_a_person(id)
    await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    assert (await street.conversation(id)).owner == "agent"
    form = {"tekst": "Dzień dobry!", "klucz": "0123456789abcdef"}
    await anna_in.post(f"/konsola/rozmowa/{id}/odpowiedz", data=form, headers=HERE)
    assert (await street.said(id))[-1] == "Dzień dobry!"
    await anna_in.post(f"/konsola/rozmowa/{id}/oddaj", headers=HERE)
    assert (await street.conversation(id)).owner == "bot"


async def test_a_refusal_reaches_the_agent_as_a_sentence(
    anna_in: httpx.AsyncClient, street: Street, desk: Desk, jan: Agent
) -> None:
    id = await street.customer()
    await desk.take(jan, id)
    answer = await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers={**HERE, "HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["x-komunikat"]
    assert "Rozmowę prowadzi Jan Nowak." in answer.text


async def test_a_failed_message_says_in_words_what_failed(
    anna_in: httpx.AsyncClient, street: Street, database: Database, clock: HeldClock
) -> None:
    id = await street.customer()
    now = to_ms(clock())
    await database.run(
        lambda tx: messages.add(
            tx,
            conversation_id=id,
            outbox_id="x",
            author="agent",
            text="Halo",
            at=now,
            status="failed",
            failure="unreachable:551",
        )
    )
    page = (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    assert PlainNames().section("send_errors")["unreachable"]["opis"] in page


@pytest.mark.parametrize(
    ("status", "failure", "said"),
    [
        ("seen", "perhaps_twice", "perhaps_twice"),
        ("sent", "twice", "twice"),
        ("doubt", "perhaps_twice", "unconfirmed"),
        ("doubt", "wait_for_echo", "wait_for_echo"),
        ("doubt", "worker_died", "worker_died"),
    ],
)
async def test_a_doubt_about_a_message_is_said_under_it(
    anna_in: httpx.AsyncClient,
    street: Street,
    database: Database,
    clock: HeldClock,
    status: str,
    failure: str,
    said: str,
) -> None:
    id, now = await street.customer(), to_ms(clock())
    values = {"conversation_id": id, "outbox_id": "x", "author": "bot", "text": "Halo", "at": now}
    await database.run(lambda tx: messages.add(tx, **values, status=status, failure=failure))
    page = (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    assert PlainNames().section("send_errors")[said]["opis"] in page


async def test_a_conversation_that_does_not_exist_is_said_to_be_missing(anna_in: httpx.AsyncClient) -> None:
    answer = await anna_in.get("/konsola/rozmowa/1:2")
    assert answer.status_code == 409
    assert "Nie ma takiej rozmowy." in answer.text


async def test_search_finds_names_and_beginnings_of_words_with_and_without_diacritics(
    anna_in: httpx.AsyncClient, street: Street
) -> None:
    by_name, by_word = await street.customer("1", first_name="Gniewomir"), await street.customer("2")
    await street.writes(by_word, "Oddajcie mi za hulajnogę w Łodzi 50% rabatu!")
    for words, found in (
        ("gniewo", by_name),
        ("hulajnog", by_word),
        ("hulajnoge lodz", by_word),
        ("ŁODZI oddaj", by_word),
        ("50% rab", by_word),
        ("5% rab", None),
        ('"); drop', None),
        ("___ %%% ***", None),
    ):
        page = (await anna_in.get("/konsola/lista", params={"q": words})).text
        assert [id for id in (by_name, by_word) if f'data-id="{id}"' in page] == ([found] if found else [])


async def test_search_forgets_what_was_changed_or_erased(
    anna_in: httpx.AsyncClient, street: Street, database: Database
) -> None:
    id = await street.customer()
    await street.writes(id, "pomarańcza")
    await database.run(lambda tx: messages.edit(tx, "m_1", "brzoskwinia", 1))
    assert id not in (await anna_in.get("/konsola/lista?q=pomara")).text
    assert id in (await anna_in.get("/konsola/lista?q=brzosk")).text
    await database.run(lambda tx: erase(tx, id, code="x", now=1))
    assert id not in (await anna_in.get("/konsola/lista?q=brzosk")).text


PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def test_a_file_is_sent_under_an_address_that_the_platform_can_fetch(
    anna_in: httpx.AsyncClient, street: Street, database: Database
) -> None:
    id = await street.customer()
    await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    form, files = {"klucz": "0123456789abcdef"}, {"plik": ("../../zdjecie.png", PICTURE, "text/html")}
    await anna_in.post(f"/konsola/rozmowa/{id}/plik", data=form, files=files, headers=HERE)
    thread = await database.read(lambda tx: messages.of_conversation(tx, id))
    sent = thread[-1].content
    assert sent is not None and sent["attachments"][0]["type"] == "image"
    anna_in.cookies.clear()
    fetched = await anna_in.get(sent["attachments"][0]["url"].removeprefix("http://127.0.0.1:8000"))
    assert (fetched.content, fetched.headers["content-type"]) == (PICTURE, "image/png")


@pytest.mark.parametrize("body", [b"<html><script>", b"", b"MZ\x90"])
async def test_a_file_of_a_wrong_type_is_refused_in_words(
    anna_in: httpx.AsyncClient, street: Street, body: bytes
) -> None:
    id = await street.customer()
    await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    form, files = {"klucz": "0123456789abcdef"}, {"plik": ("x.png", body, "image/png")}
    answer = await anna_in.post(f"/konsola/rozmowa/{id}/plik", data=form, files=files, headers=HERE)
    assert answer.status_code == 422
    assert "Tego rodzaju pliku Messenger nie przyjmie." in answer.text


async def test_a_picture_larger_than_messenger_takes_is_refused(anna_in: httpx.AsyncClient, street: Street) -> None:
    id = await street.customer()
    await anna_in.post(f"/konsola/rozmowa/{id}/przejmij", headers=HERE)
    body = PICTURE + b"0" * LARGEST_PICTURE
    form, files = {"klucz": "0123456789abcdef"}, {"plik": ("x.png", body, "image/png")}
    answer = await anna_in.post(f"/konsola/rozmowa/{id}/plik", data=form, files=files, headers=HERE)
    assert "Plik jest za duży" in answer.text


@pytest.mark.parametrize("name", ["x", "..%2f..%2fdesk.db", "0" * 48 + ".db/", "0" * 48 + ".png"])
async def test_only_files_that_were_sent_can_be_fetched(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/konsola/plik/{name}")).status_code in (404, 307)


async def test_the_filter_shows_one_departments_conversations(anna_in: httpx.AsyncClient, street: Street) -> None:
    ours, theirs = await street.customer("1"), await street.customer("2")
    await street.asks_for_a_person(ours, department="szkody")
    await street.asks_for_a_person(theirs, department="polisy")
    page = (await anna_in.get("/konsola/lista?dzial=szkody")).text
    assert f'data-id="{ours}"' in page
    assert f'data-id="{theirs}"' not in page


async def test_the_board_is_the_supervisors_only(browser: httpx.AsyncClient, street: Street) -> None:
    await street.asks_for_a_person(await street.customer(first_name="Gniewomir"))
    await log_in(browser, "anna", "anna")
    assert (await browser.get("/konsola/tablica")).status_code == 403
    await log_in(browser, "marek", "marek")
    assert "Gniewomir" in (await browser.get("/konsola/tablica")).text


async def test_static_files_are_served_and_nothing_beside_them(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/konsola/static/1/htmx.min.js")).status_code == 200
    assert (await browser.get("/konsola/static/1/konsola.css")).status_code == 200
    for name in ("..%2fpages.py", "pages.py", "%2e%2e/pages.py"):
        assert (await browser.get(f"/konsola/static/1/{name}")).status_code in (404, 303)


@pytest.fixture
async def streams(desk: Desk, redis: Redis, settings: Settings, clock: HeldClock) -> AsyncIterator[Streams]:
    streams = Streams(desk, redis, Pages(PlainNames(), settings, clock))
    yield streams
    streams.open.clear()
    if streams.reader is not None:
        await streams.reader


async def next_changes(stream: AsyncIterator[bytes]) -> dict[str, Any]:
    async for frame in stream:
        if b"event: changes" in frame:
            found: dict[str, Any] = orjson.loads(frame.split(b"data: ")[1])
            return found
    raise AssertionError("the stream ended")


async def test_what_happens_is_streamed_to_an_open_console(
    streams: Streams, street: Street, redis: Redis, anna: Agent
) -> None:
    id = await street.customer()
    async with aclosing(streams.follow(Console(anna, id), await events.newest_id(redis))) as follow:
        assert b"beat" in await anext(follow)
        await street.writes(id, "dzień <b>dobry")
        changes = await next_changes(follow)
    assert [row["id"] for row in changes["rows"]] == [id]
    assert "dzień &lt;b&gt;dobry" in changes["entries"][0]["html"]


async def test_one_agent_cannot_take_the_streams_of_all(
    anna_in: httpx.AsyncClient, streams: Streams, redis: Redis, anna: Agent, jan: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = await events.newest_id(redis)
    async with AsyncExitStack() as stack:
        for _ in range(MOST_WINDOWS):
            assert streams.has_room(anna)
            follow = await stack.enter_async_context(aclosing(streams.follow(Console(anna, None), position)))
            await anext(follow)
        assert not streams.has_room(anna)
        assert streams.has_room(jan)
    assert streams.has_room(anna), "a window that is closed makes room"
    monkeypatch.setattr(Streams, "has_room", lambda *_: False)
    # One that is let in is answered for as long as it listens.
    answer = await asyncio.wait_for(anna_in.get("/konsola/zdarzenia", params={"od": position}), 10)
    assert answer.status_code == 429


async def test_a_console_that_slept_catches_up_without_a_gap(
    streams: Streams, street: Street, redis: Redis, anna: Agent
) -> None:
    id = await street.customer()
    position = await events.newest_id(redis)
    for n in range(5):
        await street.writes(id, f"wiadomość {n}")
    async with aclosing(streams.follow(Console(anna, id), position)) as follow:
        changes = await next_changes(follow)
    assert len(changes["entries"]) == 5


async def test_a_console_gets_the_messages_of_the_conversation_it_shows_only(
    streams: Streams, street: Street, redis: Redis, anna: Agent
) -> None:
    shown, other = await street.customer("1"), await street.customer("2")
    position = await events.newest_id(redis)
    await street.writes(other, "do kogo innego")
    async with aclosing(streams.follow(Console(anna, shown), position)) as follow:
        changes = await next_changes(follow)
    assert (changes["entries"], [row["id"] for row in changes["rows"]]) == ([], [other])


async def test_a_console_that_slept_too_long_takes_a_snapshot(
    streams: Streams, street: Street, redis: Redis, anna: Agent
) -> None:
    await street.writes(await street.customer(), "raz")
    async with aclosing(streams.follow(Console(anna, None), "1-0")) as follow:
        assert await anext(follow) == RELOAD


async def test_an_open_console_makes_its_agent_present_and_seen_looking(
    streams: Streams, street: Street, redis: Redis, anna: Agent, clock: HeldClock, database: Database
) -> None:
    id = await street.customer()
    async with aclosing(streams.follow(Console(anna, id), await events.newest_id(redis))) as follow:
        await anext(follow)
        await street.writes(id, "raz")
        await next_changes(follow)
        assert await viewers.who(redis, id, to_ms(clock())) == [anna.id]
    assert await viewers.who(redis, id, to_ms(clock())) == []
    here = await database.read(lambda tx: agents.find(tx, anna.id))
    assert here is not None and here.presence_at == to_ms(clock())
