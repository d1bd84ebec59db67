"""The funnel as a supervisor's browser shows it: exactly the numbers that were played, and a picture of them."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn
from playwright.async_api import Browser
from redis.asyncio import Redis
from starlette.types import ASGIApp

from bot.reports.upkeep import Upkeep
from bot.settings import Settings
from bot.store.database import Database
from handoff.desk import Desk
from tests.dialogue.engine.playing import compiled
from tests.handoff.conftest import HeldClock
from tests.handoff.test_console import application
from tests.reports.conftest import Office
from tests.reports.test_funnel import ten_customers
from tests.support.browser import SCREENSHOTS

pytestmark = pytest.mark.browser


@pytest.fixture
def app(desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock) -> ASGIApp:
    desk.compiled = compiled
    return application(desk, database, redis, settings, clock)


async def test_a_supervisor_finds_the_known_numbers_on_the_flow(
    browser: Browser, app: ASGIApp, database: Database, clock: HeldClock
) -> None:
    office = Office(database, now=clock())
    ten_customers(office)
    clock.pass_(hours=25)
    await Upkeep(database, clock).once()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    context = await browser.new_context(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", locale="pl-PL")
    page = await context.new_page()
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    await page.goto("/konsola/wejscie")
    await page.fill("input[name=login]", "marek")
    await page.fill("input[name=haslo]", "marek")
    await page.press("input[name=haslo]", "Enter")
    await page.wait_for_url("**/konsola")
    await page.goto("/konsola/raporty")
    worst = page.locator(".straty li a").first
    assert "lampa" in str(await worst.get_attribute("href"))
    await worst.click()
    await page.wait_for_url("**/raporty/droga/lampa?**")
    cells = await page.locator("table.wieloliczbowa tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(1, 6).map(cell => cell.innerText.trim()))"
    )
    # Asked, known without asking, left, handed over, refused: those of test_funnel's ten customers.
    assert cells == [
        ["10", "0", "0", "1", "0"],
        ["8", "1", "0", "0", "1"],
        ["9", "0", "2 (22%)", "0", "0"],
        ["1", "0", "0", "0", "0"],
        ["7", "0", "1 (14%)", "0", "0"],
        ["6", "0", "2 (33%)", "0", "0"],
        ["4", "1", "0", "0", "0"],
        ["4", "0", "0", "0", "0"],
        ["4", "0", "0", "0", "0"],
    ]
    assert await page.locator("svg.drabina .najgorszy").count() == 1
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / "raport-droga.png", full_page=True)
    assert broken == [], "the console's own policy lets its charts be drawn"
    await context.close()
    server.should_exit = True
    await serving
