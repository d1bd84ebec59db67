"""A worker whose database turns out not to be the one that the code expects: the event is at fault, not the outage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import select, text

import webhook
from bot.intake import keys
from bot.intake.lanes import Lanes, lanes
from bot.intake.worker import Worker
from bot.settings import Settings
from bot.store import Tx
from bot.store.schema import set_aside
from bot.supervisor.ports import free_port
from tests.intake.test_deaths import PAGE, said_in, waits_for_a_person, written


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, database_url: str) -> Settings:
    return Settings(
        redis_url=redis_url,
        database_url=database_url,
        var_dir=tmp_path,
        rasa_url=f"http://127.0.0.1:{free_port()}",
        graph_url=f"http://127.0.0.1:{free_port()}",
        page_tokens={PAGE: SecretStr("token")},
        secret_key=SecretStr("a secret key for tests only"),
        max_attempts=2,
    )


@pytest.fixture
async def both(redis_url: str, settings: Settings) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(redis_url)
    yield lanes(redis, settings.lease)
    await redis.aclose()


@pytest.fixture
async def worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    """At work."""
    made = webhook.compose(settings)
    monkeypatch.setattr(webhook, "compose", lambda *_: made)
    working = webhook.create_worker(settings)
    at_work = asyncio.create_task(working.run())
    yield working
    working.stop()
    await at_work
    await made.close()


async def eventually(holds: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110  nothing tells when the worker has come so far
            await asyncio.sleep(0.05)


def prepare(tx: Tx, *statements: str) -> None:
    for psid in ("1", "2"):
        waits_for_a_person(tx, psid)
    for statement in statements:
        tx.execute(text(statement))


async def test_an_event_that_needs_a_column_that_is_not_there_is_set_aside(worker: Worker, both: Lanes) -> None:
    await worker.database.run(lambda tx: prepare(tx, "ALTER TABLE handoffs DROP COLUMN edits"))
    await both.inward.deliver([written("1", "dzień dobry")])

    async def errors() -> list[str]:
        return await worker.database.read(lambda tx: list(tx.scalars(select(set_aside.c.error))))

    await eventually(errors)
    assert (await errors())[0].split(":")[0] in ("OperationalError", "ProgrammingError")


async def test_what_cannot_even_be_set_aside_stays_and_keeps_nobody_waiting(worker: Worker, both: Lanes) -> None:
    await worker.database.run(lambda tx: prepare(tx, "ALTER TABLE set_aside DROP COLUMN attempts"))
    broken = written("1", "dzień dobry")
    broken.event["event"]["kind"] = "never_heard_of"
    await both.inward.deliver([broken])

    async def tried_often() -> bool:
        count = await cast("Awaitable[Any]", both.inward.redis.hget(keys.tries("in"), f"failed:{PAGE}:1"))
        return int(count or 0) >= worker.settings.max_attempts

    await eventually(tried_often)
    await both.inward.deliver([written("2", "dzień dobry")])
    await eventually(lambda: said_in(worker.database, "2"))
    assert await cast("Awaitable[Any]", both.inward.redis.llen(f"{keys.MAIL}{PAGE}:1")) == 1
