"""Workers die, sleep and are replaced: at every named place, at random, and by a deployment."""

from __future__ import annotations

import asyncio
import random
import signal

from bot.failpoints import INWARD, OUTWARD
from tests.faults.laboratory import Part, eventually
from tests.faults.scenario import Course, Scenario

PLACES = (*INWARD, *OUTWARD)
# Those of a short run: around what cannot be taken back, a turn at Rasa, a commit, a message that left.
GRAVEST = ("turned", "committed", "handled", "send_begun", "sent", "send_recorded")
# A worker that has not come to its place after this long is told to try the next one.
_NOT_REACHED_S = 30


async def calm(course: Course) -> None:
    """Nothing happens: what the others are compared with."""


async def die_at_every_place(course: Course) -> None:
    """All workers but one start armed with the next place and die there; the last one works on."""
    rng = random.Random(7)
    places = PLACES * 10 if course.long else GRAVEST
    course.lab.failpoints.extend(f"{place}:{rng.randint(1, 4)}" for place in places)
    wanted = len(course.lab.failpoints)
    reached = sum(await asyncio.gather(*(_use_up(course, part) for part in course.lab.of("worker")[:-1])))
    course.remarks.append(f"died at {reached} of {wanted} places and hits")


async def _use_up(course: Course, part: Part) -> int:
    """Die at one place after the other until none is left; how many were reached."""
    reached, deaths = 0, part.deaths
    course.lab.kill(part)
    await eventually(lambda: part.deaths > deaths)
    while part.failpoint:
        place, deaths = part.failpoint, part.deaths
        if await eventually(lambda d=deaths: part.deaths > d, _NOT_REACHED_S):  # type: ignore[misc]
            reached += 1
        else:
            course.remarks.append(f"{place} was not reached")
            course.lab.kill(part)
            await eventually(lambda d=deaths: part.deaths > d)  # type: ignore[misc]
    return reached


async def kill_at_random(course: Course) -> None:
    rng = random.Random(11)
    for _ in range(20 if course.long else 3):
        await asyncio.sleep(rng.uniform(1.0, 3.0))
        course.lab.kill(rng.choice(course.lab.of("worker")))


async def kill_webs(course: Course) -> None:
    rng = random.Random(13)
    for _ in range(15 if course.long else 2):
        await asyncio.sleep(rng.uniform(0.5, 2.0))
        web = rng.choice(course.lab.of("web"))
        course.lab.kill(web)
        await asyncio.sleep(0.5)
        await course.lab.ready(web)


async def pause(course: Course) -> None:
    """A worker sleeps through its lease with work in its hands, and wakes up when another has done it."""
    rng = random.Random(17)
    for n in range(8 if course.long else 1):
        await asyncio.sleep(rng.uniform(0.5, 1.5))
        worker = course.lab.of("worker")[n % 2]
        worker.send(signal.SIGSTOP)
        # The last one sleeps for longer than a sender waits for an echo.
        await asyncio.sleep(25 if course.long and n == 7 else rng.uniform(3, 6))
        worker.send(signal.SIGCONT)


async def deploy(course: Course) -> None:
    """Every process is asked to stop and started anew, one after the other."""
    for _ in range(5 if course.long else 1):
        for part in (*course.lab.of("web"), *course.lab.of("worker")):
            await course.lab.end(part)
            course.lab.start(part)
            if part.name.startswith("web"):
                await course.lab.ready(part)
            await asyncio.sleep(0.5)


SCENARIOS = (
    Scenario("calm", calm),
    Scenario("worker dies at every named place", die_at_every_place, workers=3),
    Scenario("worker killed at random", kill_at_random, workers=2),
    Scenario("worker killed, lease as shipped (10 s)", kill_at_random, workers=2, settings={"DYZURNY_LEASE": "PT10S"}),
    Scenario("web killed", kill_webs, webs=2),
    Scenario("lease holder sleeps and wakes up", pause, workers=2),
    Scenario("deployment under load", deploy, webs=2, workers=2),
)
