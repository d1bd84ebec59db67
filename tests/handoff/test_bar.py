"""The bar of the console on a telephone: what does not fit into it stands in a menu, for those who may go there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from bot.store.database import Database
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock
from tests.handoff.test_console import BASE, application, log_in


@pytest.fixture
async def browser(
    desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock
) -> AsyncIterator[httpx.AsyncClient]:
    app = application(desk, database, redis, settings, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        yield client


async def menu_of(browser: httpx.AsyncClient, login: str) -> list[str]:
    await log_in(browser, login, login)
    page = (await browser.get("/konsola")).text
    (menu,) = re.findall(r'<details class="menu strony">(.*?)</details>', page, re.DOTALL)
    return re.findall(r">(\w[\w ]*)</a>", menu)


async def test_from_a_telephone_too_a_supervisor_reaches_every_page(browser: httpx.AsyncClient) -> None:
    assert await menu_of(browser, "anna") == ["Komentarze", "Zmiana hasła"]
    assert {"Tablica", "Raporty", "Dyżur", "Awarie", "Ustawienia"} < set(await menu_of(browser, "marek"))
