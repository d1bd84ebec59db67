"""The record is locked by somebody else, full, or away."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from pathlib import Path

from sqlalchemy import text

from bot.store.database import Tx
from tests.faults.laboratory import Laboratory
from tests.faults.scenario import Course, Scenario
from tests.faults.workers import kill_at_random


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


def _limit(lab: Laboratory, most_bytes: int) -> None:
    for worker in lab.of("worker"):
        if worker.child is not None and worker.alive:
            resource.prlimit(worker.child.pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


async def full(course: Course) -> None:
    """The workers' files may not grow any more, as on a full disk; what they wrote before stays readable."""
    for _ in range(4 if course.long else 1):
        await asyncio.sleep(2)
        journal = _file(course.lab).with_name(_file(course.lab).name + "-wal")
        _limit(course.lab, max(path.stat().st_size for path in (journal, *(w.log for w in course.lab.of("worker")))))
        await asyncio.sleep(6 if course.long else 4)
        _limit(course.lab, resource.RLIM_INFINITY)


async def thrown_out(course: Course) -> None:
    """PostgreSQL ends all connections, as it does when it is restarted."""
    for _ in range(12 if course.long else 3):
        await asyncio.sleep(1.5)
        await course.lab.database.run(_end_all_others)


def _end_all_others(tx: Tx) -> None:
    tx.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))


async def locked_away(course: Course) -> None:
    """A migration, say, holds a table for longer than a customer likes to wait."""

    def hold(tx: Tx) -> None:
        tx.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
        tx.execute(text("SELECT pg_sleep(6)"))

    for _ in range(4 if course.long else 1):
        await asyncio.sleep(2)
        await course.lab.database.run(hold)


SCENARIOS = (
    Scenario("SQLite locked", locked),
    Scenario("disk full", full),
    Scenario("PostgreSQL, workers killed", kill_at_random, workers=3, webs=2, postgresql=True),
    Scenario("PostgreSQL ends all connections", thrown_out, workers=2, webs=2, postgresql=True),
    Scenario("PostgreSQL's messages locked", locked_away, workers=2, webs=2, postgresql=True),
)
