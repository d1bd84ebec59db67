"""A burst waits in line for a connection to Redis, and no connection is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import ResponseError

from bot.intake import connections
from bot.intake.connections import connect
from bot.intake.lanes import Letter, lanes
from tests.support.processes import Processes, processes
from tests.support.servers import start_redis

KEY = "connections-test:"


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
        assert await other.client_kill_filter(_type="normal", skipme=True) == connections.ON_THEIR_WAY
        assert await other.ping()
        assert await asyncio.gather(*(redis.ping() for _ in range(4))) == [True] * 4


async def test_calls_made_while_others_are_away_go_together_and_each_hears_its_own(redis_url: str) -> None:
    async with connect(redis_url, 64) as redis:
        await redis.config_resetstat()
        before = (await redis.info("clients"))["connected_clients"]
        asked = [redis.set(f"{KEY}{n}", n, ex=60) for n in range(500)]
        assert await asyncio.gather(*asked) == [True] * 500
        assert await asyncio.gather(*(redis.get(f"{KEY}{n}") for n in range(500))) == [b"%d" % n for n in range(500)]
        assert (await redis.info("clients"))["connected_clients"] <= before + connections.ON_THEIR_WAY
        await redis.delete(*(f"{KEY}{n}" for n in range(500)))


async def test_where_redis_is_slow_nobody_waits_for_anothers_way(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect(redis_url, 64) as redis:
        reading, away = AbstractConnection.read_response, [0, 0]

        async def late(connection: AbstractConnection, *words: Any, **named: Any) -> Any:
            away[:] = away[0] + 1, max(away[1], away[0] + 1)
            await asyncio.sleep(2 * connections.SLOW_S)
            away[0] -= 1
            return await reading(connection, *words, **named)

        monkeypatch.setattr(AbstractConnection, "read_response", late)
        assert await asyncio.gather(*(_alive(redis) for _ in range(20))) == [True] * 20
        assert away[1] <= connections.ON_THEIR_WAY, "nobody knew yet"
        assert await asyncio.gather(*(_alive(redis) for _ in range(20))) == [True] * 20
        assert away[1] == 20
        monkeypatch.undo()
        assert await _alive(redis)
        quick = [asyncio.create_task(_alive(redis)) for _ in range(20)]
        await asyncio.sleep(0)
        assert redis._on_their_way <= connections.ON_THEIR_WAY  # type: ignore[attr-defined]
        assert await asyncio.gather(*quick) == [True] * 20


async def test_the_order_of_calls_is_kept(redis_url: str) -> None:
    async with connect(redis_url, 1) as redis:
        assert await asyncio.gather(*(redis.rpush(KEY, n) for n in range(200))) == list(range(1, 201))
        assert await cast("Awaitable[Any]", redis.lrange(KEY, 0, -1)) == [b"%d" % n for n in range(200)]
        await redis.delete(KEY)


async def test_what_one_call_gets_wrong_is_told_to_that_one_alone(redis_url: str) -> None:
    async with connect(redis_url, 4) as redis:
        await redis.set(KEY, "no list", ex=60)
        calls = [cast("Awaitable[Any]", redis.llen(KEY) if n % 7 == 5 else redis.get(KEY)) for n in range(100)]
        said = await asyncio.gather(*calls, return_exceptions=True)
        assert [isinstance(one, ResponseError) for one in said] == [n % 7 == 5 for n in range(100)]
        # A script that Redis has forgotten is loaded by whoever calls it, in company too.
        await redis.script_flush()
        script = redis.register_script("return ARGV[1]")
        assert await asyncio.gather(*(script(args=[n]) for n in range(50))) == [b"%d" % n for n in range(50)]
        await redis.delete(KEY)


async def test_who_gives_up_takes_nobody_with_them(redis_url: str) -> None:
    async with connect(redis_url, 4) as redis:
        asked = [asyncio.create_task(_alive(redis)) for _ in range(60)]
        await asyncio.sleep(0)
        for task in asked[::3]:
            task.cancel()
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert [one for n, one in enumerate(said) if n % 3] == [True] * 40
        assert await redis.ping()


async def test_who_waits_at_redis_keeps_nobody_waiting(redis_url: str) -> None:
    async with connect(redis_url, 16) as redis:
        asleep = [asyncio.create_task(_asleep(redis, 30)) for _ in range(2 * connections.ON_THEIR_WAY)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(asyncio.gather(*(redis.ping() for _ in range(20))), 5) == [True] * 20
        for task in asleep:
            task.cancel()
        await asyncio.wait(asleep)


async def test_all_hear_that_redis_is_away(running: Processes, tmp_path: Path) -> None:
    url = start_redis(running, tmp_path)
    async with connect(url, 4) as redis:
        assert await redis.ping()
        running.end_all()
        said = await asyncio.gather(*(redis.ping() for _ in range(50)), return_exceptions=True)
        assert all(isinstance(one, NoConnection | OSError) for one in said)


async def _alive(redis: Redis) -> bool:
    return bool(await cast("Awaitable[Any]", redis.ping()))


async def _asleep(redis: Redis, seconds: float = 60) -> Any:
    return await cast("Awaitable[Any]", redis.blpop(["nobody-pushes-here"], timeout=seconds))
