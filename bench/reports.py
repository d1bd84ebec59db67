"""How long reports take over a year of a large insurer, on SQLite and PostgreSQL; `python -m bench.reports`.

150,000 conversations with two million messages are made up by bench/year.py and written by the product's own
functions; pages are asked of the console itself, with its login, its templates and its charts. With `small` a fiftieth
of it, with `without-messages` no messages, with FILE.db SQLite alone, on a file that is kept for the next run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from redis.asyncio import Redis

from bench.figures import Figure
from bench.year import ROOT, Year, write
from bot.clock import WARSAW, utc_now
from bot.dialogue.flows import load_compiled
from bot.reports.days import lately
from bot.settings import Settings
from bot.store.database import Database
from bot.store.times import to_ms
from handoff.accounts import ensure_demo_agents
from handoff.console import add_console
from handoff.desk import Desk
from tests.handoff.names import PlainNames
from tests.handoff.voice import PlainVoice
from tests.support.postgres import postgres

CONVERSATIONS, MESSAGES = 150_000, 2_000_000
SMALL = 50
RUNS = 5
BASE = "http://konsola.test"
MUST = {"sqlite": 3.0, "postgresql": 1.0}


def pages() -> dict[str, str]:
    year, month = lately(utc_now(), 365), lately(utc_now(), 28)
    return {
        "a year": f"/konsola/raporty?od={year.first}&do={year.last}",
        "four weeks": f"/konsola/raporty?od={month.first}&do={month.last}",
        "a year of one department": f"/konsola/raporty?od={year.first}&do={year.last}&dzial=szkody",
        "a flow's funnel over a year": f"/konsola/raporty/droga/szkoda_komunikacyjna?od={year.first}&do={year.last}",
    }


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    with TemporaryDirectory() as folder, postgres() as server:
        yield {"sqlite": f"sqlite:///{folder}/year.db", "postgresql": server.database()}


async def measure(kind: str, url: str) -> list[Figure]:
    """Seconds from the request to the whole page, a few times each."""
    database = Database(url)
    await database.run(lambda tx: ensure_demo_agents(tx, to_ms(utc_now())))
    values = {"demo": True, "secret_key": SecretStr("k" * 32), "content_dir": ROOT}
    settings, names = Settings.model_validate(values), PlainNames()
    redis: Redis = Redis()  # no page of the reports asks it anything
    desk = Desk(database, redis, PlainVoice(), settings, names, utc_now)
    app = FastAPI()
    add_console(app, desk, database, redis, settings, names, utc_now)
    figures = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as browser:
        entered = {"login": "marek", "haslo": "marek"}
        await browser.post("/konsola/wejscie", data=entered, headers={"Origin": BASE})
        for name, path in pages().items():
            runs = []
            for _ in range(RUNS):
                begun = time.perf_counter()
                answer = await browser.get(path)
                runs.append(time.perf_counter() - begun)
                assert answer.status_code == 200 and ("gubi" in answer.text or "tracimy" in answer.text), path
            figures.append(Figure(f"{kind}: {name}", "s", runs, must=MUST[kind]))
    database.close()
    await redis.aclose()
    return figures


def main(arguments: list[str]) -> int:
    less = SMALL if "small" in arguments else 1
    messages = 0 if "without-messages" in arguments else MESSAGES // less
    kept = next((Path(one) for one in arguments if one.endswith(".db")), None)
    flows = load_compiled(ROOT).compiled
    failed = False
    with databases() as urls:
        if kept is not None:
            urls = {"sqlite": f"sqlite:///{kept}"}
        for kind, url in urls.items():
            if kept is None or not kept.exists():
                year = Year(datetime.now(WARSAW).date(), flows, CONVERSATIONS // less)
                print(kind, write(url, year, messages), flush=True)
            for figure in asyncio.run(measure(kind, url)):
                met = figure.meets(figure.must)
                failed |= met is False
                print(
                    f"{figure.name:<44} {figure.median:6.2f} s  (first {figure.runs[0]:.2f}, "
                    f"mean {statistics.mean(figure.runs):.2f}; must {figure.must:.0f}) {'' if met else 'NOT MET'}",
                    flush=True,
                )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
