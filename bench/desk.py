"""How long a customer's message takes to an agent's screen with 50 consoles open, and how long lists and search take.

Run: python -m bench.desk. Promises: message to screen p95 under 300 ms at 20 messages a second; a list of 1,000
waiting and a search over 200,000 messages under 300 ms. A Redis and an SQLite of its own, in a temporary folder.
"""

from __future__ import annotations

import asyncio
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import insert

from bot.clock import utc_now
from bot.dialogue.rendering import load_texts
from bot.settings import ROOT, Settings
from bot.store import desk_queries, messages
from bot.store.database import Database, Tx
from bot.store.desk_queries import List
from bot.store.migrate import migrate
from bot.store.schema import conversations, customers
from bot.store.schema import messages as messages_table
from bot.store.times import to_ms
from handoff.accounts import ensure_demo_agents
from handoff.console import add_console
from handoff.console.security import PATH
from handoff.console.stream import LISTEN_S
from handoff.desk import Desk
from tests.handoff.voice import PlainVoice

CONSOLES, A_SECOND, SECONDS = 50, 20, 15
CONVERSATIONS, WAITING, WRITTEN = 4_000, 1_000, 200_000
LIMIT_MS = 300
WORDS = ("szkoda", "auto", "polisa", "wypłata", "kolizja", "parking", "zdjęcia", "numer", "proszę", "lakier", "Łódź")


def fill(database: Database) -> None:
    rng = random.Random(1)
    ids = [f"100:{n}" for n in range(CONVERSATIONS)]
    fields = {f"pole{n}": {"value": "x" * 20, "source": "said", "raw": "y" * 30, "at": ""} for n in range(12)}
    state = {"v": 1, "stack": [{"flow": "szkoda_komunikacyjna", "step": "telefon", "fields": fields, "missing": []}]}
    with database.engine.begin() as connection:
        who = [{"id": id, "page_id": "100", "psid": id[4:], "created_at": 1} for id in ids]
        connection.execute(insert(customers), [{**one, "first_name": "Jan"} for one in who])
        rows = [
            {**one, "owner": "waiting" if n < WAITING else "bot", "waiting_since": n if n < WAITING else None}
            for n, one in enumerate(who)
        ]
        connection.execute(insert(conversations), [{**row, "last_message_at": 1, "state": state} for row in rows])
        for start in range(0, WRITTEN, 10_000):
            written = [
                {
                    "conversation_id": rng.choice(ids),
                    "author": "customer",
                    "text": " ".join(rng.choices(WORDS, k=12)),
                    "at": start + n,
                }
                for n in range(10_000)
            ]
            connection.execute(insert(messages_table), written)
        ensure_demo_agents(Tx(connection), 1)


async def lists_and_search(database: Database) -> bool:
    looks: dict[str, Callable[[Tx], Any]] = {
        "list of 100": lambda tx: desk_queries.rows(tx, List.WAITING, agent_id=1),
        "list of 1,000": lambda tx: desk_queries.rows(tx, List.WAITING, agent_id=1, limit=1000),
        "search, a word in most messages": lambda tx: desk_queries.find(tx, "parking"),
        "search, two words": lambda tx: desk_queries.find(tx, "lodz wypl"),
        "search, nothing found": lambda tx: desk_queries.find(tx, "nie ma tego"),
    }
    kept = True
    for name, look in looks.items():
        took = []
        for _ in range(9):
            began = time.perf_counter()
            await database.read(look)
            took.append((time.perf_counter() - began) * 1000)
        kept &= statistics.median(took) < LIMIT_MS
        print(f"{name:34} median {statistics.median(took):6.1f} ms")
    return kept


async def to_the_screens(database: Database, desk: Desk, port: int) -> bool:
    """Each message goes to a conversation that one console shows; the time ends when its drawing has arrived there."""
    written: dict[str, float] = {}
    took: list[float] = []
    opened = asyncio.Semaphore(0)
    base = f"http://127.0.0.1:{port}"

    async def console(cookie: dict[str, str], id: str) -> None:
        limits = httpx.Timeout(None)
        async with (
            httpx.AsyncClient(base_url=base, cookies=cookie, timeout=limits, trust_env=False) as browser,
            browser.stream("GET", f"{PATH}/zdarzenia", params={"od": "0-0", "rozmowa": id}) as stream,
        ):
            opened.release()
            async for line in stream.aiter_lines():
                arrived = [mark for mark in written if mark in line]
                took.extend((time.perf_counter() - written.pop(mark)) * 1000 for mark in arrived)

    async with httpx.AsyncClient(base_url=base, trust_env=False) as browser:
        form = {"login": "anna", "haslo": "anna"}
        answer = await browser.post(f"{PATH}/wejscie", data=form, headers={"Origin": base})
        cookie = dict(answer.cookies)
    shown = [f"100:{n}" for n in range(CONSOLES)]
    consoles = [asyncio.create_task(console(cookie, id)) for id in shown]
    for _ in shown:
        await opened.acquire()
    for n in range(A_SECOND * SECONDS):
        mark = f"znak{n}znak"

        def write(tx: Tx, mark: str = mark, id: str = shown[n % CONSOLES]) -> None:
            messages.add(tx, conversation_id=id, mid=mark, author="customer", text=mark, at=to_ms(utc_now()))
            found = messages.find_by_mid(tx, mark)
            assert found is not None
            desk.changed(tx, id, "message", message_id=found.id)

        written[mark] = time.perf_counter()
        await database.run(write)
        await asyncio.sleep(1 / A_SECOND)
    await asyncio.sleep(1)
    for task in consoles:
        task.cancel()
    await asyncio.gather(*consoles, return_exceptions=True)
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[18]
    print(f"message to screen, {CONSOLES} consoles     p50 {p50:.0f} ms, p95 {p95:.0f} ms, lost {len(written)}")
    return p95 < LIMIT_MS and not written


async def measure(folder: Path) -> int:
    url = f"sqlite:///{folder / 'desk.db'}"
    migrate(url)
    database = Database(url)
    fill(database)
    kept = await lists_and_search(database)
    redis = Redis.from_url(f"unix://{folder / 'redis.sock'}")
    while True:
        try:
            await redis.ping()
            break
        except RedisError:
            await asyncio.sleep(0.05)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    values = {
        "demo": True,
        "secret_key": SecretStr("k" * 32),
        "var_dir": folder,
        "public_url": f"http://127.0.0.1:{port}",
    }
    settings, texts = Settings.model_validate(values), load_texts(ROOT)
    desk = Desk(database, redis, PlainVoice(), settings, texts, utc_now, field_kind=lambda flow, slot: None)
    app = FastAPI()
    add_console(app, desk, database, redis, settings, texts, utc_now)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    kept &= await to_the_screens(database, desk, port)
    server.should_exit = True
    await serving
    # The reader of events ends by itself once no console is open.
    await asyncio.sleep(LISTEN_S + 0.5)
    await redis.aclose()
    database.close()
    return 0 if kept else 1


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = ["redis-server", "--port", "0", "--unixsocket", str(folder / "redis.sock"), "--save", ""]
        server = subprocess.Popen([*command, "--dir", name], stdout=subprocess.DEVNULL)
        try:
            return asyncio.run(measure(folder))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
