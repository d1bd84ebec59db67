"""The one door to SQL: transactions run in threads of their own, and what must follow a commit is told afterwards.

Functions of this package take a `Tx`; they are plain and synchronous, so one hop to a thread carries a whole
transaction instead of one hop a statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreUnavailable
from bot.failpoints import reach
from bot.store.sealed import Seals, seal_with
from bot.store.writers import ManyWriters, OneWriter

T = TypeVar("T")

# A writer that finds SQLite locked by another process waits this long before it gives up.
SQLITE_BUSY_MS = 5_000
# Of how many rows that never change a process remembers that they are there.
MOST_STORED = 2_000
# Connections that write at once, where the database lets more than one.
WRITERS = 8


class Tx:
    """One transaction: its connection, and what to do once it is committed."""

    def __init__(self, connection: Connection, *, ends: bool = False, stored: Collection[str] = ()) -> None:
        """`ends`: whoever made it calls `finish` before the commit; `stored`: see `stores`."""
        self._stored = stored
        self.newly_stored: list[str] = []
        self._last: list[Callable[[], None]] | None = [] if ends else None
        self.connection = connection
        self.execute = connection.execute
        self.scalar = connection.scalar
        self.scalars = connection.scalars
        self.hooks: list[Callable[[], Awaitable[None]]] = []

    @property
    def is_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def stores(self, what: str) -> bool:
        """Whether `what`, once written never changed or removed, still has to be written as far as is known here."""
        if what in self._stored:
            return False
        self.newly_stored.append(what)
        return True

    def at_the_end(self, work: Callable[[], None]) -> None:
        """Do `work` as the last thing before the commit: what makes others wait must not wait for them in turn."""
        if self._last is None:
            work()
        else:
            self._last.append(work)

    def finish(self) -> None:
        for work in self._last or ():
            work()

    def after_commit(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Run `hook` in the caller's event loop once this transaction is on disk; never after a rollback."""
        self.hooks.append(hook)


def create(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(
            parsed, pool_size=8, max_overflow=8, pool_pre_ping=True, pool_timeout=10, hide_parameters=True
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    connecting = {"check_same_thread": False, "timeout": SQLITE_BUSY_MS / 1000}
    # A statement that fails must not repeat what a customer wrote.
    engine = create_engine(parsed, connect_args=connecting, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver must not open transactions by itself: it would take the lock late and fail in the middle.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={SQLITE_BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


# A server that was made a standby, or is about to stop, refuses what writes: no fault of the event's.
_AWAY_STATES = frozenset({"25006", "57P01", "57P02", "57P03"})


def _is_away(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the database, and not the statement, is at fault: trying again later may help."""
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, sqlite3.OperationalError):
        # Of a column that does not exist SQLite's driver speaks as of a full disk; only the code tells them apart.
        return original.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR
    if isinstance(error, PoolTimeout | OperationalError | InterfaceError):
        return True
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AWAY_STATES


@contextmanager
def _translated() -> Iterator[None]:
    """Around a transaction: that the database is away is said in our words, everything else as it was raised."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if not _is_away(error):
            raise
        original = error.orig if isinstance(error, DBAPIError) else error
        raise StoreUnavailable(code=f"store_unavailable:{type(original).__name__}") from error


class Database:
    """SQLite or PostgreSQL by URL. `run` for what writes, `read` for what only looks."""

    def __init__(self, url: str, seals: Seals | None = None) -> None:
        """`seals`: encrypts sealed columns; without it they are written readable, and sealed ones cannot be read."""
        self.engine = create(url)
        if seals is not None:
            seal_with(self.engine, seals)
        self._stored: frozenset[str] = frozenset()
        # SQLite has one writer at a time: waiting in our own queue is cheaper than waiting in its busy handler.
        is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = OneWriter(self.engine) if is_sqlite else ManyWriters(self.engine, WRITERS)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="sql-read")

    async def run(self, work: Callable[[Tx], T], *, first: bool = False) -> T:
        """Carry out `work` in one transaction, commit, then run its hooks. Raises StoreUnavailable.

        `first`: it ends what others wait for, and does not stand in line behind what only begins.
        """
        carried = partial(self._carry_out, work)
        with _translated():
            result, tx = await asyncio.wrap_future(self._writer.submit(carried, first=first))
        self._remember(tx)
        reach("committed")
        for hook in tx.hooks:
            await hook()
        return result

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Carry out `work`, which only reads, on a snapshot. Raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _carry_out(self, work: Callable[[Tx], T], connection: Connection) -> tuple[T, Tx]:
        tx = Tx(connection, ends=True, stored=self._stored)
        result = work(tx)
        tx.finish()
        return result, tx

    def _remember(self, tx: Tx) -> None:
        """What a committed transaction stored for good."""
        if tx.newly_stored:
            # A new set: other threads are reading the old one.
            self._stored = frozenset(tx.newly_stored) | (
                self._stored if len(self._stored) < MOST_STORED else frozenset()
            )

    def _read(self, work: Callable[[Tx], T]) -> T:
        with _translated(), self.engine.connect().execution_options(read_only=True) as connection:
            return work(Tx(connection))

    def close(self) -> None:
        self._writer.close()
        self._readers.shutdown(wait=True)
        self.engine.dispose()
