"""What the product takes before anybody writes: time to start, memory at rest, and Redis for quiet conversations."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta

from redis import Redis as PlainRedis
from redis.asyncio import Redis

from bench.figures import Figure, Found
from bench.footprints import megabytes
from bench.lab import Lab, serves
from bot.intake import keys
from bot.intake.lanes import Letter, lanes
from bot.store.migrate import migrate
from bot.supervisor.ports import free_port

TITLE = "At rest"
RUNS = 3
QUIET = 100_000
# What one turn brings in: the message, the echo of the answer and its receipt, under ids as long as the platform's.
EVENTS_A_TURN, MID_LENGTH, AT_ONCE = 3, 80, 500
PATIENCE_S = 60.0


async def measure(lab: Lab) -> Found:
    rasas = lab.rasa()
    webs, workers = [], []
    for _ in range(RUNS):
        web, worker = await asyncio.to_thread(_starts, lab, rasas)
        webs.append(web)
        workers.append(worker)
    memory = []
    for _ in range(RUNS):
        with lab.product("http://127.0.0.1:9", rasas=rasas) as product:
            await asyncio.sleep(2)
            memory.append(megabytes(product.webs + product.workers))
    each = await _quiet_conversations(lab.redis())
    slower = [max(pair) for pair in zip(webs, workers, strict=True)]
    return Found(
        [
            Figure("start of web and worker, the slower one", "s", slower, must=2, aim=1),
            Figure("memory of web and worker, idle", "MB", memory, must=250),
            Figure(f"Redis for each of {QUIET:,} quiet conversations", "KB", [each / 1024], must=2, aim=0.5),
        ],
        [Figure("start of web", "s", webs), Figure("start of worker", "s", workers)],
    )


def _starts(lab: Lab, rasas: list[str]) -> tuple[float, float]:
    """Seconds until the web answers /healthz, then, started by itself, until the worker waits for work in Redis."""
    folder, redis_url, port = lab.place("start"), lab.redis(), free_port()
    env = lab.environment(folder, redis_url, rasas, "http://127.0.0.1:9") | {"DYZURNY_PORT": str(port)}
    migrate(env["DYZURNY_DATABASE_URL"])
    found = []
    for name in ("web", "worker"):
        start = time.perf_counter()
        child = lab.running.start((sys.executable, "-m", "bot.cli", name), folder / f"{name}.log", env)
        with PlainRedis.from_url(redis_url) as redis:
            while not (serves(f"http://127.0.0.1:{port}/webhook") if name == "web" else _waits(redis)):
                if time.perf_counter() - start > PATIENCE_S:
                    raise AssertionError(f"{name} did not start")
                time.sleep(0.02)
        found.append(time.perf_counter() - start)
        lab.running.end(child)
    return found[0], found[1]


def _waits(redis: PlainRedis) -> bool:
    return any("blpop" in str(client.get("cmd", "")) for client in redis.client_list())


async def _quiet_conversations(redis_url: str) -> float:
    """Bytes that remain in Redis of a conversation whose turn is done, within the time its events are remembered."""
    redis = Redis.from_url(redis_url)
    lane = lanes(redis, timedelta(seconds=10)).inward
    before = int((await redis.info("memory"))["used_memory"])
    for start in range(0, QUIET, AT_ONCE):
        people = [f"110022:{4_000_000_000 + n}" for n in range(start, start + AT_ONCE)]
        letters = [
            Letter(who, f"message:{who}:{n}".ljust(MID_LENGTH, "x"), {}) for who in people for n in range(EVENTS_A_TURN)
        ]
        await lane.deliver(letters)
        # What handling leaves behind, without the handling: mailboxes and wishes for work are gone.
        await redis.delete(*(keys.MAIL + who for who in people), lane.due, lane.wake)
    after = int((await redis.info("memory"))["used_memory"])
    await redis.aclose()
    return (after - before) / QUIET
