"""How long a customer waits: a signed webhook to the Send call at the twin, and the webhook's 200 under load.

The product runs as real processes (web, worker, the trained Rasa, Redis fsynced always, SQLite); the twin of the
platform runs in this process, so that both ends are timed by one clock.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from bot.messenger.signature import sign
from bot.simulator.parts import SimulatorParts, create_simulator
from bot.supervisor import model, surroundings
from bot.supervisor.ports import free_port
from tests.support.processes import processes
from tests.support.servers import start_rasa, start_redis
from tests.system.product import APP_SECRET, PAGE, Product

FAQ = "jaki jest numer infolinii?"
TURNS = 100
EVENTS_A_SECOND = 100
LOAD_SECONDS = 10


def row(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    figures = (statistics.median(ordered), ordered[int(len(ordered) * 0.95)], p99, ordered[-1])
    return f"{name:<58}" + "".join(f"{figure * 1000:>9.1f}" for figure in figures)


def body(psid: str, mid: str, text: str) -> bytes:
    item = {
        "sender": {"id": psid},
        "recipient": {"id": PAGE},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": mid, "text": text},
    }
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]}).encode()


@asynccontextmanager
async def twin(port: int, webhook_url: str) -> AsyncIterator[SimulatorParts]:
    parts = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id="555000111",
        app_secret=APP_SECRET,
        page_token="token",
        webhook_url=webhook_url,
    )
    app = FastAPI()
    app.include_router(parts.router)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    async with parts.running():
        yield parts
    server.should_exit = True
    await serving


async def deliver(http: httpx.AsyncClient, url: str, raw: bytes) -> float:
    """Seconds until the webhook's 200."""
    start = time.perf_counter()
    answer = await http.post(url, content=raw, headers={"X-Hub-Signature-256": sign(APP_SECRET, raw)})
    assert answer.status_code == httpx.codes.OK, answer.status_code
    return time.perf_counter() - start


async def faq_turns(http: httpx.AsyncClient, url: str, parts: SimulatorParts, psid: str) -> list[float]:
    """Webhook sent → Send call at the twin, one customer, one after the other."""
    seconds = []
    thread = parts.twin.thread(psid)
    for n in range(TURNS):
        count = sum(1 for m in thread.messages if m.sender == "page")
        start = time.perf_counter()
        await deliver(http, url, body(psid, f"m_{psid}_{n}", FAQ))
        while sum(1 for m in thread.messages if m.sender == "page") == count:
            await asyncio.sleep(0.0005)
        seconds.append(time.perf_counter() - start)
        await asyncio.sleep(0.05)
    return seconds


async def acknowledging(http: httpx.AsyncClient, url: str) -> list[float]:
    """The webhook's 200 while events come at an even rate, each from another customer, and the bot works."""

    async def one(n: int) -> float:
        await asyncio.sleep(n / EVENTS_A_SECOND)
        return await deliver(http, url, body(str(950000 + n % 50), f"m_load_{n}", FAQ))

    return list(await asyncio.gather(*(one(n) for n in range(EVENTS_A_SECOND * LOAD_SECONDS))))


async def measure() -> None:
    trained = model.train(surroundings.load_settings(), print, force=False)
    with tempfile.TemporaryDirectory() as name, processes() as running:
        folder, port = Path(name), free_port()
        redis_url = start_redis(running, folder / "redis")
        rasa_url = start_rasa(running, folder / "rasa", trained, redis_url.removesuffix("/0") + "/1")
        graph = {
            "DYZURNY_PAGE_TOKENS": json.dumps({PAGE: "token"}),
            "DYZURNY_GRAPH_URL": f"http://127.0.0.1:{port}/symulator/graph",
            "DYZURNY_DEMO": "false",
            "DYZURNY_THREAD_RATE": "1000",
            "DYZURNY_THREAD_BURST": "1000",
            "DYZURNY_PAGE_RATE": "1000",
        }
        product = Product(running, folder, redis_url, rasa_url, graph)
        url = f"{product.url}/webhook"
        async with twin(port, url) as parts, httpx.AsyncClient(timeout=30, trust_env=False) as http:
            api = f"http://127.0.0.1:{port}/symulator/api/threads"
            for psid in ["940100", *(str(950000 + n) for n in range(50))]:
                await http.post(f"{api}/{psid}/messages", json={"text": "dzień dobry"})
            await asyncio.sleep(5)
            print(f"{'':<58}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  ms")
            print(
                row(f"FAQ turn, webhook → Send at the twin, {TURNS} turns", await faq_turns(http, url, parts, "940100"))
            )
            name = f"webhook's 200 at {EVENTS_A_SECOND} events/s, {LOAD_SECONDS} s"
            print(row(name, await acknowledging(http, url)))
        await product.close()


if __name__ == "__main__":
    asyncio.run(measure())
