"""A burst waits in line for a connection to Redis."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.intake.connections import connect
from bot.intake.lanes import Letter, lanes


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
