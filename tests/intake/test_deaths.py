"""An event that kills every worker which takes it up, with real processes: it is set aside, and the others go on."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from bot.clock import utc_now
from bot.intake import keys
from bot.intake.lanes import Lanes, Letter, lanes
from bot.messenger.event import Event, EventKind
from bot.store import Database, Tx, conversations, messages
from bot.store.schema import set_aside
from bot.store.times import to_ms
from bot.supervisor.ports import free_port
from tests.support.processes import Processes

PAGE, WORD = "110022", "zapalnik"
MOST_DEATHS = 4
# Ten suffice; a machine that is busy otherwise needs many times that.
SECONDS = 300
# Starts one worker after the other, each a process of its own, and writes a line when one is gone. The imports, most of
# a start, are made once.
WORKERS = """
import os, signal, sys
import webhook
from bot.cli.running import worker
def stop(*_):
    os.kill(child, signal.SIGTERM)
    sys.exit()
while True:
    child = os.fork()
    if child == 0:
        sys.exit(worker())
    signal.signal(signal.SIGTERM, stop)
    print("gone", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
async def both(redis_url: str) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(redis_url)
    yield lanes(redis, timedelta(seconds=1))
    await redis.aclose()


def written(psid: str, text: str) -> Letter:
    now = utc_now()
    event = Event(EventKind.MESSAGE, PAGE, psid, now, f"message:{psid}:{text}", mid=f"m:{psid}:{text}", text=text)
    entry: dict[str, Any] = {"event": event.to_dict(), "taken_at": to_ms(now), "key": event.key}
    return Letter(f"{PAGE}:{psid}", event.key, entry)


def waits_for_a_person(tx: Tx, psid: str) -> None:
    """So that what they write needs no Rasa."""
    conversations.find_or_create(tx, PAGE, psid, 1)
    conversations.change(tx, f"{PAGE}:{psid}", owner="waiting", waiting_since=to_ms(utc_now()))


async def said_in(database: Database, psid: str) -> list[str | None]:
    found = await database.read(lambda tx: messages.of_conversation(tx, f"{PAGE}:{psid}"))
    return [message.text for message in found]


async def all_handled(both: Lanes) -> bool:
    return not await both.inward.redis.keys(f"{keys.MAIL}*")


async def test_an_event_that_kills_its_workers_is_set_aside_and_the_others_go_on(
    servers: Processes, both: Lanes, database: Database, redis_url: str, tmp_path: Path
) -> None:
    innocent = [f"2{n}" for n in range(3)]
    for psid in ("1", *innocent):
        await database.run(lambda tx, psid=psid: waits_for_a_person(tx, psid))  # type: ignore[misc]
    await both.inward.deliver([written("1", f"to {WORD}"), written("1", "a dalej?")])
    await both.inward.deliver([written(psid, "dzień dobry") for psid in innocent])
    env = {
        "DYZURNY_DATABASE_URL": str(database.engine.url),
        "DYZURNY_REDIS_URL": redis_url,
        "DYZURNY_RASA_URL": f"http://127.0.0.1:{free_port()}",
        "DYZURNY_GRAPH_URL": f"http://127.0.0.1:{free_port()}",
        "DYZURNY_VAR_DIR": str(tmp_path / "var"),
        "DYZURNY_SECRET_KEY": "a secret key for tests only",
        "DYZURNY_PAGE_TOKENS": f'{{"{PAGE}": "token"}}',
        "DYZURNY_DEMO": "false",
        "DYZURNY_LEASE": "PT1S",
        "DYZURNY_MAX_DEATHS": str(MOST_DEATHS),
        "DYZURNY_FAILPOINT": f"loaded:*:{WORD}",
    }
    log = tmp_path / "workers.log"
    workers = servers.start((sys.executable, "-c", WORKERS), log, env)
    try:
        async with asyncio.timeout(SECONDS):
            while not await all_handled(both):  # noqa: ASYNC110  nothing tells when the last mailbox is empty
                await asyncio.sleep(0.1)
    finally:
        await asyncio.to_thread(servers.end, workers)
    # On a starved machine a worker may sleep through its lease as well, which counts as a death.
    assert 0 < log.read_text().count(f"gone {-signal.SIGKILL}") <= MOST_DEATHS
    (row,) = await database.read(lambda tx: tx.execute(select(set_aside)).all())
    assert row.event["event"]["text"] == f"to {WORD}"
    assert row.attempts >= MOST_DEATHS
    assert row.error == "WorkerDiedError:worker_died"
    heard = await said_in(database, "1")
    assert heard[0] and WORD not in heard, "the customer hears that somebody will look"
    assert "a dalej?" in heard, "and what they wrote afterwards is taken up"
    for psid in innocent:
        assert await said_in(database, psid) == ["dzień dobry"]
