"""A burst waits in line for a connection to Redis, and no connection is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

from bot.intake import connections
from bot.intake.connections import connect
from bot.intake.lanes import Letter, lanes
from tests.support.processes import Processes, processes
from tests.support.servers import start_redis


@pytest.fixture
def running() -> Iterator[Processes]:
    with processes() as started:
        yield started


async def test_a_burst_of_deliveries_beyond_the_connections_is_taken_in_whole(redis_url: str) -> None:
    redis = connect(redis_url, 2)
    before = (await redis.info("clients"))["connected_clients"]
    lane = lanes(redis, timedelta(seconds=5)).inward
    burst = [lane.deliver([Letter(f"p:{n}", f"message:{n}", {})]) for n in range(300)]
    assert await asyncio.gather(*burst) == [[True]] * 300
    after = (await redis.info("clients"))["connected_clients"]
    await redis.aclose()
    # Others use this Redis too, but not by the hundred.
    assert after <= before + 10


async def test_whoever_waits_too_long_hears_so_and_the_next_one_is_served(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_S", 0.05)
    async with connect(redis_url, 1) as redis:
        asleep = asyncio.create_task(_asleep(redis, 0.5))
        await asyncio.sleep(0)
        with pytest.raises(NoConnection):
            await redis.ping()
        assert await asleep is None
        assert await redis.ping()


async def test_calls_that_are_given_up_leave_their_connections_usable(running: Processes, tmp_path: Path) -> None:
    url = start_redis(running, tmp_path)
    async with connect(url, 2) as redis, connect(url, 1) as watching:
        for n in range(5):
            given_up = [asyncio.create_task(_asleep(redis)) for _ in range(2)]
            while (await watching.info("clients"))["blocked_clients"] < len(given_up):  # noqa: ASYNC110  Redis tells nobody
                await asyncio.sleep(0.01)
            for task in given_up:
                task.cancel()
            await asyncio.wait(given_up)
            # An answer meant for somebody else would be a value here.
            assert await asyncio.gather(*(redis.get(f"absent:{n}:{m}") for m in range(4))) == [None] * 4


async def test_a_redis_that_comes_back_is_found_at_the_first_call(running: Processes, tmp_path: Path) -> None:
    url = start_redis(running, tmp_path)
    async with connect(url, 4) as redis, connect(url, 1) as other:
        assert await asyncio.gather(*(redis.ping() for _ in range(4))) == [True] * 4
        # Every connection is closed from the other side, as at a restart, and the loop hears of it.
        assert await other.client_kill_filter(_type="normal", skipme=True) == 4
        assert await other.ping()
        assert await asyncio.gather(*(redis.ping() for _ in range(4))) == [True] * 4


async def _asleep(redis: Redis, seconds: float = 60) -> Any:
    return await cast("Awaitable[Any]", redis.blpop(["nobody-pushes-here"], timeout=seconds))
