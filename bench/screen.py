"""Whether one console's memory in the browser stays as it is over an hour's worth of messages.

Run: python -m bench.screen. A console shows one conversation while messages reach it and its lists; the JavaScript heap
(after a collection), the number of nodes and of listeners are read from Chromium after each quarter. Promises: the last
quarter's are within a tenth of the first's. A Redis and an SQLite of its own, in a temporary folder.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import CDPSession, Page, async_playwright, expect
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.clock import utc_now
from bot.dialogue.rendering import load_texts
from bot.settings import ROOT, Settings
from bot.store import conversations, customers, messages
from bot.store.database import Database, Tx
from bot.store.migrate import migrate
from bot.store.times import to_ms
from bot.supervisor.ports import free_port
from handoff.accounts import ensure_demo_agents
from handoff.console import add_console
from handoff.desk import Desk
from tests.handoff.voice import PlainVoice
from tests.support.browser import ARGUMENTS, chromium

# An agent with a message every 1.2 s all hour long, in the conversation on screen and in twenty others.
MESSAGES, QUARTERS, CONVERSATIONS = 3_000, 4, 21
GROWTH = 1.10


def fill(tx: Tx) -> None:
    now = to_ms(utc_now())
    ensure_demo_agents(tx, now)
    for n in range(CONVERSATIONS):
        made = conversations.find_or_create(tx, "100", str(n), now)
        customers.change(tx, made.id, first_name="Jan", last_name=f"Numer {n}")
        conversations.change(tx, made.id, last_customer_at=now, last_message_at=now, owner="waiting", waiting_since=now)


async def write(database: Database, desk: Desk, first: int, count: int) -> None:
    for n in range(first, first + count):
        id = f"100:{0 if n % 2 else n % CONVERSATIONS}"

        def work(tx: Tx, n: int = n, id: str = id) -> None:
            text = f"Wiadomość numer {n}, taka jak zwykle piszą klienci o swojej szkodzie."
            messages.add(tx, conversation_id=id, mid=f"m{n}", author="customer", text=text, at=to_ms(utc_now()))
            found = messages.find_by_mid(tx, f"m{n}")
            assert found is not None
            desk.customer_wrote(tx, desk.floor.find(tx, id), found.id, to_ms(utc_now()))

        await database.run(work)


async def weigh(page: Page, tools: CDPSession, last: int) -> dict[str, float]:
    """Heap in MB, DOM nodes and listeners, once what was written last is on screen."""
    await expect(page.locator("#wpisy")).to_contain_text(f"numer {last},", timeout=120_000)
    await tools.send("HeapProfiler.collectGarbage")
    found = await tools.send("Performance.getMetrics")
    known = {one["name"]: one["value"] for one in found["metrics"]}
    return {
        "heap MB": known["JSHeapUsedSize"] / 1e6,
        "nodes": known["Nodes"],
        "listeners": known["JSEventListeners"],
        "lines": await page.evaluate("document.querySelectorAll('#wpisy > li').length"),
    }


async def watch(database: Database, desk: Desk, url: str) -> list[dict[str, float]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        await page.goto(f"{url}/konsola")
        await page.get_by_label("Login").fill("anna")
        await page.get_by_label("Hasło").fill("anna")
        await page.get_by_role("button", name="Wejdź").click()
        await page.goto(f"{url}/konsola/rozmowa/100:0")
        await page.locator('[data-skrot="przejmij"]').click()
        await page.locator("#tekst").wait_for()
        tools = await page.context.new_cdp_session(page)
        await tools.send("Performance.enable")
        await tools.send("HeapProfiler.enable")
        weights, each = [], MESSAGES // QUARTERS
        for quarter in range(QUARTERS):
            await write(database, desk, quarter * each, each)
            last = (quarter + 1) * each - 1
            weights.append(await weigh(page, tools, last))
            print(f"after {last + 1:5} messages: " + ", ".join(f"{k} {v:.1f}" for k, v in weights[-1].items()))
        await browser.close()
    return weights


async def measure(folder: Path) -> int:
    migrate(f"sqlite:///{folder / 'screen.db'}")
    database = Database(f"sqlite:///{folder / 'screen.db'}")
    await database.run(fill)
    redis = Redis.from_url(f"unix://{folder / 'redis.sock'}")
    while True:
        try:
            await redis.ping()
            break
        except RedisError:
            await asyncio.sleep(0.05)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    values: dict[str, Any] = {"demo": True, "secret_key": SecretStr("k" * 32), "var_dir": folder, "public_url": url}
    settings, texts = Settings.model_validate(values), load_texts(ROOT)
    desk = Desk(database, redis, PlainVoice(), settings, texts, utc_now, field_kind=lambda flow, slot: None)
    app = FastAPI()
    add_console(app, desk, database, redis, settings, texts, utc_now)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    weights = await watch(database, desk, url)
    server.should_exit = True
    await serving
    await redis.aclose()
    database.close()
    grown = [key for key in weights[0] if weights[-1][key] > weights[0][key] * GROWTH]
    print("grown: " + (", ".join(grown) or "nothing"))
    return 1 if grown else 0


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        command = ["redis-server", "--port", "0", "--unixsocket", f"{name}/redis.sock", "--save", "", "--dir", name]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            return asyncio.run(measure(Path(name)))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
