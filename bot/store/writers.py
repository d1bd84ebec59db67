"""Who carries out transactions that write: for PostgreSQL threads beside each other, for SQLite one thread.

SQLite's carries them out in their order, and those that wait are committed together: a commit waits for the disk, and
SQLite lets one write at a time, so in a storm these waits were half of its time. Each that shares a commit stands for
itself: what one of them raises undoes that one alone, and nobody hears that theirs is done before it is on disk.

What is to go `first` does not wait behind the rest: what is being sent is ended before new turns are begun. In their
common order all senders of a worker waited there in a storm, and each answer cost a transaction and a half more.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
Work = Callable[[Connection], Any]

# The first of those that share a commit waits for the last of them: at most so long, in seconds, and for so many.
LONGEST_S = 0.01
MOST = 8
# Another process that writes waits in SQLite's busy handler, which looks again every few milliseconds: after a shared
# commit it finds the door open for so long, in seconds. Without it agents' messages waited for 3.6 s in a storm.
OPEN_S = 0.004


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Work
    answer: Future[Any] = field(default_factory=Future)


class ManyWriters:
    """`submit` as OneWriter's; each transaction has a connection and a commit of its own."""

    def __init__(self, engine: Engine, count: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="sql-write")

    def submit(self, work: Callable[[Connection], T], *, first: bool = False) -> Future[T]:
        """`first` says nothing here: there are several connections, and nobody waits long for one."""
        return self._threads.submit(self._commit, work)

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    def _commit(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


class OneWriter:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # One call for each that is asked for, and None for the end; who is next is decided when it is answered.
        self._calls: SimpleQueue[bool | None] = SimpleQueue()
        self._first: deque[_Asked] = deque()
        self._others: deque[_Asked] = deque()
        self._is_closed = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, work: Callable[[Connection], T], *, first: bool = False) -> Future[T]:
        """What `work` returns, once it is on disk, or what it raised, once it is undone. It does not commit itself.

        `first`: before all that are not. As with an executor: cancelled before its turn it is not begun, and from then
        on nothing stops it.
        """
        if self._is_closed:
            raise RuntimeError("the writer is closed")
        asked = _Asked(work)
        (self._first if first else self._others).append(asked)
        self._calls.put(True)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sql-write", daemon=True)
                self._thread.start()
        return asked.answer

    def close(self) -> None:
        """Carry out what was asked for, and end."""
        if not self._is_closed:
            self._is_closed = True
            self._calls.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._calls.get() is not None:
            asked = self._next()
            if asked.answer.set_running_or_notify_cancel():
                self._commit_together(asked)

    def _commit_together(self, first: _Asked) -> None:
        begun = [first]
        results: list[tuple[_Asked, Any]] = []
        try:
            with self._engine.begin() as connection:
                # Nobody shares the transaction yet: what the first raises undoes all of it.
                results.append((first, first.work(connection)))
                ends = monotonic() + LONGEST_S
                while len(begun) < MOST and monotonic() < ends and (more := self._waiting()) is not None:
                    begun.append(more)
                    self._beside(connection, more, results)
        except BaseException as error:
            for asked in begun:
                if not asked.answer.done():
                    asked.answer.set_exception(error)
            return
        for asked, result in results:
            asked.answer.set_result(result)
        if len(begun) > 1:
            sleep(OPEN_S)

    def _beside(self, connection: Connection, asked: _Asked, results: list[tuple[_Asked, Any]]) -> None:
        """Carry `asked` out beside those before it. Raises what ends the transaction for all of them."""
        connection.exec_driver_sql("SAVEPOINT beside")
        try:
            result = asked.work(connection)
        except BaseException as error:
            if not _is_open(connection):
                # Of a full disk, say, SQLite undoes everything at once, savepoints and all.
                raise
            connection.exec_driver_sql("ROLLBACK TO beside")
            asked.answer.set_exception(error)
        else:
            results.append((asked, result))
        connection.exec_driver_sql("RELEASE beside")

    def _next(self) -> _Asked:
        return (self._first or self._others).popleft()

    def _waiting(self) -> _Asked | None:
        """The next that is to be begun, if one waits."""
        while True:
            try:
                is_asked = self._calls.get_nowait()
            except Empty:
                return None
            if is_asked is None:
                # Seen again when this commit is through.
                self._calls.put(None)
                return None
            asked = self._next()
            if asked.answer.set_running_or_notify_cancel():
                return asked


def _is_open(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    return driver is not None and bool(driver.in_transaction)
