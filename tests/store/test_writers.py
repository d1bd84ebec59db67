"""What waits for SQLite's writer shares a commit, and stands for itself all the same."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.store.database import create
from bot.store.writers import MOST, OneWriter


class Desk:
    """A writer on a file, whose commits are counted and which can be kept busy while others come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = create(f"sqlite:///{path}")
        self.commits = 0
        with self.engine.begin() as connection:
            connection.execute(text("CREATE TABLE said (words TEXT UNIQUE)"))
        event.listen(self.engine, "commit", self._count)
        self.writer = OneWriter(self.engine)
        self._go_on = threading.Event()

    def _count(self, _: Connection) -> None:
        self.commits += 1

    def keep_busy(self) -> Future[Any]:
        begun = threading.Event()

        def wait(connection: Connection) -> None:
            connection.execute(text("INSERT INTO said VALUES ('first')"))
            begun.set()
            assert self._go_on.wait(30)

        asked = self.writer.submit(wait)
        assert begun.wait(30)
        return asked

    def go_on(self) -> None:
        self._go_on.set()

    def on_disk(self) -> set[str]:
        with sqlite3.connect(self.path) as other:
            return {row[0] for row in other.execute("SELECT words FROM said")}


def saying(words: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": words})
        return words

    return work


def failing(words: str, error: Exception) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        saying(words)(connection)
        raise error

    return work


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "said.db")
    yield made
    made.go_on()
    made.writer.close()
    made.engine.dispose()


def test_those_who_wait_share_a_commit_and_hear_of_it_when_it_is_on_disk(desk: Desk) -> None:
    asked = [desk.keep_busy(), *(desk.writer.submit(saying(f"{n}")) for n in range(MOST + 2))]
    seen: list[set[str]] = []
    asked[1].add_done_callback(lambda _: seen.append(desk.on_disk()))
    desk.go_on()
    assert [one.result(30) for one in asked[1:]] == [f"{n}" for n in range(MOST + 2)]
    assert desk.commits <= 3
    assert {"first", "0"} <= seen[0]
    assert desk.on_disk() == {"first", *(f"{n}" for n in range(MOST + 2))}


def test_what_one_raises_undoes_that_one_alone(desk: Desk) -> None:
    first = desk.keep_busy()
    before, wrong = desk.writer.submit(saying("before")), desk.writer.submit(failing("wrong", ValueError("no")))
    # The statement fails, and the transaction goes on.
    twice, after = desk.writer.submit(saying("before")), desk.writer.submit(saying("after"))
    desk.go_on()
    first.result(30)
    assert (before.result(30), after.result(30)) == ("before", "after")
    with pytest.raises(ValueError, match="no"):
        wrong.result(30)
    with pytest.raises(DBAPIError):
        twice.result(30)
    assert desk.on_disk() == {"first", "before", "after"}


def test_what_ends_the_transaction_is_told_to_all_who_shared_it_and_the_next_begin_anew(desk: Desk) -> None:
    first = desk.keep_busy()

    def undo_all(connection: Connection) -> None:
        # As SQLite itself does where the disk is full.
        connection.exec_driver_sql("ROLLBACK")
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    lost: list[Future[Any]] = [desk.writer.submit(saying("a")), desk.writer.submit(undo_all)]
    later = desk.writer.submit(saying("c"))
    desk.go_on()
    for one in (first, *lost):
        with pytest.raises(OperationalError):
            one.result(30)
    assert later.result(30) == "c"
    assert desk.on_disk() == {"c"}


def test_what_is_to_go_first_passes_those_who_wait(desk: Desk) -> None:
    """Also those who came long before it, and each in the order of their own."""
    busy = desk.keep_busy()
    order: list[str] = []
    asked = [
        desk.writer.submit(lambda _, n=n: order.append(f"then {n}"))  # type: ignore[misc]
        for n in range(2 * MOST)
    ]
    asked += [
        desk.writer.submit(lambda _, n=n: order.append(f"first {n}"), first=True)  # type: ignore[misc]
        for n in range(3)
    ]
    desk.go_on()
    for one in (busy, *asked):
        one.result(30)
    assert order == [*(f"first {n}" for n in range(3)), *(f"then {n}" for n in range(2 * MOST))]


def test_a_first_that_fails_takes_nobody_with_it(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no"):
        desk.writer.submit(failing("wrong", ValueError("no"))).result(30)
    assert desk.writer.submit(saying("right")).result(30) == "right"
    assert desk.on_disk() == {"right"}


def test_what_is_cancelled_while_it_waits_is_never_begun(desk: Desk) -> None:
    first = desk.keep_busy()
    waits = desk.writer.submit(saying("never"))
    assert waits.cancel()
    assert not first.cancel(), "what is begun goes on"
    desk.go_on()
    first.result(30)
    desk.writer.close()
    assert desk.on_disk() == {"first"}


def test_closing_carries_out_what_was_asked_for(desk: Desk) -> None:
    desk.keep_busy()
    asked = [desk.writer.submit(saying(f"{n}")) for n in range(20)]
    desk.go_on()
    desk.writer.close()
    assert all(one.done() and not one.exception() for one in asked)
    with pytest.raises(RuntimeError):
        desk.writer.submit(saying("late"))
