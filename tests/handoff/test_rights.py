"""Who may ask for what: every address of the console, for every role and for nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.routing import APIRoute
from redis.asyncio import Redis
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.store import agents
from bot.store.agents import Role
from bot.store.database import Database, Tx
from handoff.console.routes import PARTS
from handoff.console.security import COOKIE
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock
from tests.handoff.test_console import BASE, HERE, application

EVERYBODY = frozenset(Role)
# Open to whoever has the address; nothing of customers or colleagues stands there.
PUBLIC = {
    "/konsola/",
    "/konsola/wejscie",
    "/konsola/wyjscie",
    "/konsola/wejscie/firma",
    "/konsola/wejscie/firma/powrot",
    "/konsola/static/{version}/{name}",
    "/konsola/plik/{name}",
}
# Beside these everything is of those who talk to customers.
BY_BEGINNING = {
    "/konsola/haslo": EVERYBODY,
    "/konsola/konta": {Role.ADMINISTRATOR},
    "/konsola/ustawienia/odpowiedzi": EVERYBODY - {Role.AGENT},
    "/konsola/ustawienia/": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/konsola/ustawienia": EVERYBODY - {Role.AGENT},
    "/konsola/niezrozumiane": EVERYBODY - {Role.AGENT},
    "/konsola/raporty/droga": EVERYBODY - {Role.AGENT},
    "/konsola/raporty": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/konsola/awarie": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/konsola/tablica": {Role.SUPERVISOR, Role.ADMINISTRATOR},
}
# Streams never end, so only a refusal can be asked of one.
STREAM = "/konsola/zdarzenia"


def allowed(path: str) -> frozenset[Role]:
    if path.endswith(("/wydanie", "/usuniecie")):
        return frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
    if path == "/konsola":
        return EVERYBODY  # it leads an editor on
    for beginning, roles in BY_BEGINNING.items():
        if path.startswith(beginning):
            return frozenset(roles)
    return EVERYBODY - {Role.EDITOR}


@pytest.fixture
def app(desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock) -> ASGIApp:
    return application(desk, database, redis, settings, clock)


@pytest.fixture
async def browser(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HERE) as client:
        yield client


def addresses() -> list[tuple[str, str]]:
    every = (route for part in PARTS for route in part.routes)
    found = [(m, f"/konsola{r.path}") for r in every if isinstance(r, APIRoute) for m in sorted(r.methods or ())]
    return [(method, path) for method, path in found if path not in PUBLIC]


def filled(path: str) -> str:
    """The address with something in its gaps that exists nowhere."""
    for gap in ("{id}", "{slot}", "{kod}", "{name}"):
        path = path.replace(gap, "999")
    while "{" in path:
        path = path[: path.index("{")] + "999" + path[path.index("}") + 1 :]
    return path


async def test_without_a_session_nothing_is_shown_and_nothing_happens(browser: httpx.AsyncClient) -> None:
    assert len(addresses()) > 40
    for method, path in addresses():
        answer = await browser.request(method, filled(path))
        assert answer.status_code in (303, 401), (method, path, answer.status_code)
        assert answer.headers.get("location", "/konsola/wejscie") == "/konsola/wejscie"


async def test_every_address_is_refused_to_every_role_that_may_not_ask_for_it(
    browser: httpx.AsyncClient, database: Database
) -> None:
    wrong = []
    for role in Role:
        await _becomes(browser, database, role)
        for method, path in addresses():
            may = role in allowed(path)
            if may and (path == STREAM or (method == "POST" and path == "/konsola/haslo")):
                continue
            answer = await browser.request(method, filled(path))
            if (answer.status_code != 403) != may:
                wrong.append((role.value, method, path, answer.status_code))
    assert wrong == []


async def _becomes(browser: httpx.AsyncClient, database: Database, role: Role) -> None:
    if COOKIE not in browser.cookies:
        await browser.post("/konsola/wejscie", data={"login": "anna", "haslo": "anna"})

    def change(tx: Tx) -> None:
        found = agents.find_by_login(tx, "anna")
        assert found is not None
        agents.change(tx, found.id, role=role.value)

    await database.run(change)


async def test_a_role_taken_away_is_gone_with_the_next_request(browser: httpx.AsyncClient, database: Database) -> None:
    await _becomes(browser, database, Role.SUPERVISOR)
    assert (await browser.get("/konsola/tablica")).status_code == 200
    await _becomes(browser, database, Role.AGENT)
    assert (await browser.get("/konsola/tablica")).status_code == 403


async def test_an_editor_comes_in_to_the_replies_and_not_to_customers(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await _becomes(browser, database, Role.EDITOR)
    answer = await browser.get("/konsola")
    assert (answer.status_code, answer.headers["location"]) == (303, "/konsola/ustawienia/odpowiedzi")
