"""Redis dies and comes back from its file, is full, slow, asleep, cut off."""

from __future__ import annotations

import asyncio
import random
import signal

from tests.faults.proxy import Weather
from tests.faults.scenario import Course, Scenario

# A message that could not be taken in comes again after 0.5, 1.5, 3.5, 7.5, 15.5, 30.5 and 60.5 seconds: with less calm
# than this between two absences, how late its answer is says when the platform came again and not what we did.
CALM_S = 16


async def killed(course: Course) -> None:
    rng = random.Random(19)
    for _ in range(10 if course.long else 2):
        await asyncio.sleep(rng.uniform(1.0, 3.0))
        course.lab.kill(course.lab.parts["redis"])


async def away(course: Course) -> None:
    for n in range(3 if course.long else 1):
        await asyncio.sleep(CALM_S if n else 2)
        await course.lab.redis.set(Weather.CUT)
        await asyncio.sleep(10 if course.long else 3)
        await course.lab.redis.set(Weather.FAIR)


async def asleep(course: Course) -> None:
    """It accepts commands, carries them out later, and nobody knows."""
    for _ in range(4 if course.long else 1):
        await asyncio.sleep(2)
        course.lab.parts["redis"].send(signal.SIGSTOP)
        await asyncio.sleep(8 if course.long else 6)
        course.lab.parts["redis"].send(signal.SIGCONT)


async def slow(course: Course) -> None:
    course.lab.redis.delay_s = 0.05
    await asyncio.sleep(20 if course.long else 5)
    course.lab.redis.delay_s = 0.0


async def answers_lost(course: Course) -> None:
    """Commands are carried out and their answers lost: claims that nobody holds, mails that count as refused."""
    for _ in range(6 if course.long else 2):
        await asyncio.sleep(2)
        await course.lab.redis.set(Weather.DEAF)
        await asyncio.sleep(1.5)
        await course.lab.redis.set(Weather.FAIR)


async def full(course: Course) -> None:
    """Nearly no memory left: mail is refused while what was taken in is worked off; then none at all for a while."""
    redis = course.lab.client()
    try:
        for n in range(3 if course.long else 1):
            await asyncio.sleep(CALM_S if n else 2)
            used = int((await redis.info("memory"))["used_memory"])
            await redis.config_set("maxmemory", used + used // 20)
            await asyncio.sleep(6 if course.long else 3)
            await redis.config_set("maxmemory", used // 2)
            await asyncio.sleep(6 if course.long else 3)
            await redis.config_set("maxmemory", 0)
    finally:
        await redis.aclose()


SCENARIOS = (
    Scenario("Redis killed, restarts from its file", killed),
    Scenario("Redis cut off", away),
    Scenario("Redis asleep for longer than a timeout", asleep),
    Scenario("Redis slow (50 ms each way)", slow),
    Scenario("Redis' answers are lost", answers_lost),
    Scenario("Redis full", full),
)
