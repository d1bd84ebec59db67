"""A Redis with little room refuses mail and lets go of what it has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.clock import utc_now
from bot.intake.lanes import Lanes, Letter, lanes
from bot.intake.reception import Reception, Verdict
from bot.messenger.signature import sign

SECRET = "secret"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.config_set("maxmemory", 0)
    await client.aclose()


async def take(both: Lanes, mid: str) -> Verdict:
    """By a process that has not looked yet."""
    item = {"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": 1, "message": {"mid": mid, "text": "halo"}}
    body = json.dumps({"object": "page", "entry": [{"id": "1", "messaging": [item]}]}).encode()
    return await Reception(both.inward, SECRET, utc_now).take(body, sign(SECRET, body))


async def test_mail_is_refused_while_a_tenth_of_the_memory_is_left_and_taken_again_afterwards(redis: Redis) -> None:
    both = lanes(redis, timedelta(seconds=10))
    assert await take(both, "m_1") is Verdict.TAKEN
    used = int((await redis.info("memory"))["used_memory"])
    await redis.config_set("maxmemory", used + used // 20)
    assert await take(both, "m_2") is Verdict.REDIS_AWAY
    await redis.config_set("maxmemory", used * 2)
    assert await take(both, "m_2") is Verdict.TAKEN
    (claim,) = await both.inward.claim(5)
    assert [event["event"]["mid"] for event in claim.events] == ["m_1", "m_2"]


async def test_what_was_taken_in_is_worked_off_out_of_the_reserve(redis: Redis) -> None:
    both = lanes(redis, timedelta(seconds=10))
    await both.inward.deliver([Letter(f"1:{n}", f"m_{n}", {"n": n}) for n in range(200)])
    used = int((await redis.info("memory"))["used_memory"])
    await redis.config_set("maxmemory", used + used // 20)
    worked_off = 0
    while claims := await both.inward.claim(16):
        for claim in claims:
            assert await both.inward.done(claim)
            await both.inward.release(claim)
            worked_off += 1
    assert worked_off == 200
