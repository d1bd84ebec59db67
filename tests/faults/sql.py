"""The record is locked by somebody else, full, or away."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from pathlib import Path

from tests.faults.laboratory import Laboratory
from tests.faults.scenario import Course, Scenario


def _file(lab: Laboratory) -> Path:
    return Path(lab.database_url.removeprefix("sqlite:///"))


async def locked(course: Course) -> None:
    """Another program holds the writing lock for longer than a writer waits for it."""
    for _ in range(4 if course.long else 1):
        await asyncio.sleep(2)
        other = sqlite3.connect(_file(course.lab), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(8 if course.long else 7)
        other.execute("ROLLBACK")
        other.close()


async def full(course: Course) -> None:
    """The worker's files may not grow any more, as on a full disk; what it wrote before stays readable."""
    for _ in range(4 if course.long else 1):
        await asyncio.sleep(2)
        (worker,) = course.lab.of("worker")
        assert worker.child is not None
        journal = _file(course.lab).with_name(_file(course.lab).name + "-wal")
        limit = max(path.stat().st_size for path in (journal, worker.log))
        resource.prlimit(worker.child.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        await asyncio.sleep(6 if course.long else 4)
        resource.prlimit(worker.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


SCENARIOS = (
    Scenario("SQLite locked", locked),
    Scenario("disk full", full),
)
