"""Rasa is away, does not answer, answers late or answers nonsense; it comes back, and every customer has heard."""

from __future__ import annotations

import asyncio

from bot.supervisor.ready import rasa_understands
from tests.faults.judgement import Verdict, first_word
from tests.faults.laboratory import eventually
from tests.faults.proxy import Weather
from tests.faults.scenario import Course, Scenario

HEARS_WITHIN_S = 10.0
_NONSENSE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]",
    b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 22\r\n\r\n[{"text":"Jestem Rasa"',
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\n<htm>",
    b"\x00\xff nobody speaks HTTP here \r\n\r\n",
)


async def _weather(course: Course, weather: Weather, seconds: float) -> None:
    await asyncio.sleep(2)
    await course.lab.rasa.set(weather)
    await asyncio.sleep(seconds)
    await course.lab.rasa.set(Weather.FAIR)


async def away(course: Course) -> None:
    """As long as a killed server needs to come back."""
    await _weather(course, Weather.CUT, 38 if course.long else 12)


async def stalled(course: Course) -> None:
    """It takes turns and does not answer: twenty seconds and more for each."""
    await _weather(course, Weather.STALLED, 20 if course.long else 12)


async def answers_lost(course: Course) -> None:
    """It takes turns, and what it says is lost: the answers are found in its tracker."""
    await _weather(course, Weather.DEAF, 15 if course.long else 5)


async def slow(course: Course) -> None:
    await asyncio.sleep(1)
    course.lab.rasa.delay_s = 2.0
    await asyncio.sleep(20 if course.long else 8)
    course.lab.rasa.delay_s = 0.0


async def nonsense(course: Course) -> None:
    for each in _NONSENSE:
        course.lab.rasa.nonsense = each
        await _weather(course, Weather.NONSENSE, 8 if course.long else 2)


async def killed(course: Course) -> None:
    """The process itself dies and loads its model again, which takes it half a minute."""
    rasa = course.lab.parts["rasa"]
    for _ in range(2 if course.long else 1):
        await asyncio.sleep(2)
        course.lab.kill(rasa)
        await eventually(lambda: rasa.alive)
        for _ in range(600):
            if await rasa_understands([course.lab.rasa_url])():
                break
            await asyncio.sleep(0.2)


async def flickers(course: Course) -> None:
    """Cut for a moment, again and again: turns that were taken are not taken twice."""
    for _ in range(20 if course.long else 5):
        await _cut_for_a_moment(course)


async def _cut_for_a_moment(course: Course) -> None:
    await course.lab.rasa.set(Weather.CUT)
    await asyncio.sleep(0.3)
    await course.lab.rasa.set(Weather.FAIR)
    await asyncio.sleep(0.9)


async def heard_soon(course: Course, verdict: Verdict) -> None:
    """Every customer hears within ten seconds, the answer or that it takes a moment."""
    for customer in course.crowd.customers:
        for n, waited in first_word(course.lab, customer, course.crowd.learnt):
            if waited is None or waited > HEARS_WITHIN_S:
                verdict.fault("late", customer, f"line {n} was met with silence for {waited} s")


SCENARIOS = (
    # On a busy machine it needs longer than the minute after which a person is asked for.
    Scenario(
        "Rasa killed, loads its model again",
        killed,
        settings={"DYZURNY_FAULT_HANDOFF_AFTER": "PT5M"},
        patience_s=300,
        also=heard_soon,
    ),
    Scenario("Rasa away, comes back", away, also=heard_soon),
    Scenario("Rasa does not answer for 20 s", stalled, also=heard_soon),
    Scenario("Rasa's answers are lost", answers_lost, also=heard_soon),
    Scenario("Rasa slow", slow, also=heard_soon),
    Scenario("Rasa answers nonsense", nonsense, also=heard_soon),
    Scenario("Rasa's line breaks every second", flickers),
)
