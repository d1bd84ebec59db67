"""Deliveries that come together are taken together, and each hears its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.errors import RedisUnavailable
from bot.intake.lanes import Lane, Letter
from bot.intake.together import MOST_LETTERS, MOST_STEPS, Together


class Counted(Lane):
    """A lane that counts its steps, and waits with each for `go`."""

    steps: list[int]
    go: asyncio.Event
    busy: asyncio.Event

    async def begun(self) -> None:
        await self.busy.wait()

    async def deliver(self, letters: Iterable[Letter]) -> list[bool]:
        letters = list(letters)
        self.steps.append(len(letters))
        self.busy.set()
        await self.go.wait()
        return await super().deliver(letters)


@pytest.fixture
async def lane(redis_url: str) -> AsyncIterator[Counted]:
    redis = Redis.from_url(redis_url)
    made = Counted(redis, "in", lease=timedelta(seconds=5), mail=True)
    made.steps, made.go, made.busy = [], asyncio.Event(), asyncio.Event()
    yield made
    await redis.aclose()


def letter(n: int) -> Letter:
    return Letter(f"p:{n}", f"k{n}", {"n": n})


async def test_who_comes_during_two_steps_goes_with_the_next(lane: Counted) -> None:
    together = Together(lane)
    first = [asyncio.create_task(together.deliver([letter(n)])) for n in range(MOST_STEPS)]
    await lane.begun()
    others = [asyncio.create_task(together.deliver([letter(n), letter(n), letter(n + 100)])) for n in range(5, 8)]
    await asyncio.sleep(0)
    lane.go.set()
    assert await asyncio.gather(*first) == [[True]] * MOST_STEPS
    assert await asyncio.gather(*others) == [[True, False, True]] * 3
    assert sum(lane.steps) == MOST_STEPS + 9 and len(lane.steps) <= MOST_STEPS + 2
    assert await together.deliver([letter(0)]) == [False], "seen before, in a step of its own"


async def test_a_step_has_an_end_and_a_large_delivery_stays_whole(lane: Counted) -> None:
    together = Together(lane)
    lane.go.set()
    large = [letter(1000 + n) for n in range(MOST_LETTERS + 10)]
    many = [asyncio.create_task(together.deliver([letter(n)])) for n in range(MOST_LETTERS + 3)]
    assert await together.deliver(large) == [True] * len(large)
    assert await asyncio.gather(*many) == [[True]] * len(many)
    assert max(lane.steps) == len(large) and sum(lane.steps) == len(large) + len(many)
    assert sorted(lane.steps)[-2] <= MOST_LETTERS


async def test_redis_away_is_heard_by_all_of_a_step_and_by_nobody_after_it(lane: Counted) -> None:
    together = Together(lane)
    lane.go.set()
    whole, lane.redis = lane.redis, Redis.from_url("redis://127.0.0.1:1/0")
    deliver, lane._deliver = lane._deliver, lane.redis.register_script("return 1")
    results = await asyncio.gather(*(together.deliver([letter(n)]) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [RedisUnavailable] * 3
    lane.redis, lane._deliver = whole, deliver
    assert await together.deliver([letter(9)]) == [True]


async def test_who_hangs_up_keeps_nobody_waiting(lane: Counted) -> None:
    together = Together(lane)
    gone = asyncio.create_task(together.deliver([letter(1)]))
    stays = asyncio.create_task(together.deliver([letter(2)]))
    await lane.begun()
    gone.cancel()
    lane.go.set()
    assert await stays == [True]
    assert await together.deliver([letter(1)]) == [False], "what was begun is on disk"


class Prompt(Lane):
    """A lane whose steps all end in the same moment."""

    go: asyncio.Event

    async def deliver(self, letters: Iterable[Letter]) -> list[bool]:
        await self.go.wait()
        return [True for _ in letters]


async def test_nobody_who_comes_as_the_last_steps_end_is_forgotten(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    lane = Prompt(redis, "in", lease=timedelta(seconds=5), mail=True)
    lane.go = asyncio.Event()
    together = Together(lane)

    async def one(n: int) -> list[bool]:
        found = await together.deliver([letter(n)])
        # At once, while the tasks of both steps are still ending.
        return found + await together.deliver([letter(100 + n)])

    both = [asyncio.create_task(one(n)) for n in range(MOST_STEPS)]
    await asyncio.sleep(0.01)
    lane.go.set()
    async with asyncio.timeout(60):
        assert await asyncio.gather(*both) == [[True, True]] * MOST_STEPS
    await redis.aclose()
