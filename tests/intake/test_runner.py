"""The runner while Redis is away for longer than a lease: a real one, cut off by a proxy."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from redis.asyncio import Redis

from bot.errors import RedisUnavailable
from bot.intake.lanes import Claim, Letter, lanes
from bot.intake.runner import LaneRunner
from tests.faults.proxy import Proxy, Weather

LEASE = timedelta(seconds=0.6)


async def test_leases_that_ended_while_redis_was_away_are_no_deaths(redis_url: str) -> None:
    direct = Redis.from_url(redis_url)
    proxy = Proxy([urlsplit(redis_url).port or 0])
    await proxy.start()
    behind = Redis.from_url(redis_url.replace(f":{urlsplit(redis_url).port}", f":{proxy.port}"))
    deaths: list[int] = []
    begun, ends = asyncio.Event(), asyncio.Event()

    async def work(claim: Claim) -> None:
        deaths.append(claim.deaths)
        begun.set()
        await ends.wait()
        begun.clear()
        with suppress(RedisUnavailable):
            await lane.release(claim)

    lane = lanes(behind, LEASE).inward
    runner = LaneRunner(lane, work, 4)
    running = asyncio.create_task(runner.run())
    await lanes(direct, LEASE).inward.deliver([Letter("p:1", "k", {})])
    for _ in range(3):
        async with asyncio.timeout(10):
            await begun.wait()
        await proxy.set(Weather.CUT)
        ends.set()
        await asyncio.sleep(2 * LEASE.total_seconds())
        ends.clear()
        await proxy.set(Weather.FAIR)
    async with asyncio.timeout(10):
        await begun.wait()
    assert deaths == [0, 0, 0, 0], "nobody died"
    ends.set()
    runner.stop()
    await runner.finish(asyncio.get_running_loop().time() + 5)
    await running
    await proxy.close()
    await behind.aclose()
    await direct.aclose()
