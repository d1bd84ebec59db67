"""A worker's clock jumps, forth and back, while it works.

The worker is started through this module (`python -m tests.faults.clocks worker`), which puts a clock into it that
reads how far it is off from a file.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults.scenario import Course, Scenario

_FILE = "DYZURNY_TEST_CLOCK"
HOUR_S = 3600


def _offset_s() -> float:
    try:
        return float(Path(os.environ[_FILE]).read_text(encoding="ascii") or 0)
    except (OSError, ValueError):
        return 0.0


def run_with_a_jumping_clock() -> None:
    """Become the process named on the command line; everything that asks the time asks here."""
    import bot.clock

    bot.clock.epoch_ms = lambda: int((time.time() + _offset_s()) * 1000)
    bot.clock.utc_now = lambda: datetime.now(UTC) + timedelta(seconds=_offset_s())
    from bot.cli import main

    main()


async def jump(course: Course) -> None:
    """All workers' clocks an hour forth and back again, as when a virtual machine is resumed and then corrected."""
    clock = course.lab.folder / "clock"
    for worker in course.lab.of("worker"):
        worker.argv = (sys.executable, "-m", "tests.faults.clocks", "worker")
        worker.env = {**worker.env, _FILE: str(clock)}
        course.lab.kill(worker)
    await asyncio.sleep(4)
    for _ in range(4 if course.long else 1):
        for offset in (HOUR_S, 0, -HOUR_S, 0):
            clock.write_text(str(offset), encoding="ascii")
            await asyncio.sleep(4)


SCENARIOS = (Scenario("workers' clocks jump by an hour", jump, workers=2),)


if __name__ == "__main__":
    run_with_a_jumping_clock()
