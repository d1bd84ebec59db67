"""The platform fails at sending: it times out before or after it delivered, errs, refuses, and echoes late or never."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

from bot.simulator.faults import parse_faults
from tests.faults.judgement import Verdict
from tests.faults.proxy import Weather
from tests.faults.scenario import Course, Scenario
from tests.system.product import PAGE


def _faults(seconds: float, **faults: Any) -> Any:
    """The twin commits `faults` for `seconds` of a long run, a third of it in a short one."""

    async def commit(course: Course) -> None:
        course.lab.twin.set_faults(parse_faults(faults))
        await asyncio.sleep(seconds if course.long else seconds / 3)
        course.lab.twin.set_faults(parse_faults({}))

    return commit


async def cut(course: Course) -> None:
    for _ in range(10 if course.long else 2):
        await asyncio.sleep(1)
        await course.lab.graph.set(Weather.CUT)
        await asyncio.sleep(2)
        await course.lab.graph.set(Weather.FAIR)


async def away(course: Course) -> None:
    """For longer than a message alone would be tried."""
    await asyncio.sleep(1)
    await course.lab.graph.set(Weather.CUT)
    await asyncio.sleep(90 if course.long else 10)
    await course.lab.graph.set(Weather.FAIR)


async def answers_lost(course: Course) -> None:
    """Delivered, and the connection breaks before the answer."""
    for _ in range(5 if course.long else 1):
        await asyncio.sleep(1)
        await course.lab.graph.set(Weather.DEAF)
        await asyncio.sleep(1)
        await course.lab.graph.set(Weather.FAIR)


async def restricted(course: Course) -> None:
    """The page is restricted, and the restriction lifted; whoever is on duty lets it try before its rest is over."""
    course.lab.twin.set_faults(parse_faults({"send_error": {"code": 368, "rate": 1.0}}))
    await asyncio.sleep(12 if course.long else 4)
    course.lab.twin.set_faults(parse_faults({}))
    command = (sys.executable, "-m", "bot.cli", "page", "resume", PAGE)
    let = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **course.lab.env}, stdout=subprocess.DEVNULL
    )
    if await let.wait() != 0:
        course.remarks.append(_NOT_STOPPED)


async def was_restricted(course: Course, verdict: Verdict) -> None:
    if _NOT_STOPPED in course.remarks:
        verdict.fault("changed", "page", _NOT_STOPPED)


_NOT_STOPPED = "nothing stopped the page"
_SHORT = {"DYZURNY_SEND_TIMEOUT": "PT2S"}

SCENARIOS = (
    Scenario("send times out after delivery", _faults(20, send_timeout_rate=0.2), settings=_SHORT),
    Scenario(
        "send times out before delivery",
        _faults(20, send_timeout_rate=0.1, send_timeout_before_delivery=1.0),
        settings=_SHORT,
    ),
    Scenario("send answered 5xx", _faults(20, send_error={"code": 2, "rate": 0.3})),
    Scenario("send refused for its rate", _faults(12, send_error={"code": 613, "rate": 0.1})),
    # Nobody can be heard by whom the platform lets nothing through for longer than half a minute.
    Scenario("page token expired, renewed", _faults(24, send_error={"code": 190, "rate": 1.0}), excuses=("late",)),
    Scenario("page restricted, let go", restricted, excuses=("late",), also=was_restricted),
    Scenario("platform cut off", cut),
    Scenario("platform away for a minute and a half", away, patience_s=200, excuses=("late",)),
    Scenario("send answers lost", answers_lost, settings=_SHORT),
    Scenario(
        "echoes late, sends in doubt",
        _faults(20, echo_delay_ms=[2000, 9000], send_timeout_rate=0.1),
        settings=_SHORT,
    ),
    Scenario("echoes before the send returns", _faults(15, send_latency_ms=[200, 600])),
    Scenario("echoes never", _faults(15, drop_echo_rate=1.0)),
    Scenario(
        "echoes never, and answers to sends lost",
        _faults(15, drop_echo_rate=1.0, send_timeout_rate=0.1),
        settings=_SHORT,
        # The policy (CONTRIBUTING.md, decision 10): rather twice than never.
        # What was in doubt when a person took over is not sent again, and nobody can say whether it reached them.
        excuses=("doubled", "in doubt"),
    ),
)
