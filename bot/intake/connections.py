"""Connections to Redis: a bounded number, for which calls wait in line instead of failing.

Calls that are made while others are on their way go out together when one of those is back. In a storm a fifth of the
worker's time went into Redis calls, most of it for sending and receiving each by itself (py-spy).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NoConnection

# A call that waits longer than this for a connection finds Redis away: Messenger delivers again.
PATIENCE_S = 4
# redis-py refuses the call that would need one connection more than it may open; a burst of webhooks is no fault. Few
# connections serve it better than many: what comes over them together is written to the disk together.
FOR_WEBHOOKS = 16
FOR_ALL_ELSE = 256
# Calls, each alone or several together, that are on their way before others wait to go together.
ON_THEIR_WAY = 2
# To wait for another call's way makes a call twice as long at worst: none waits where the last took longer than this.
SLOW_S = 0.1
WHEN_SLOW = 64
# Of how many calls one batch is made at most: what is read at once keeps others from the event loop.
TOGETHER = 64
# They wait at Redis, and would keep waiting what goes with them.
_BY_THEMSELVES = frozenset({"BLPOP", "XREAD"})


class Line(ConnectionPool):
    """The library's own pool that waits takes a third of a call's processor time, for a lock, a timer and counts that
    nobody reads; here a call that finds a connection free takes it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._room = asyncio.Semaphore(self.max_connections)

    async def get_connection(self, command_name: str | None = None, *keys: Any, **options: Any) -> AbstractConnection:
        await self._enter()
        connection: AbstractConnection | None = None
        try:
            connection = self.get_available_connection()  # type: ignore[no-untyped-call]
            if connection._reader is not None and connection._reader.at_eof():
                # Redis closed it, to start anew: the library notices only when an answer does not come.
                await connection.disconnect()
            if not connection.is_connected:
                await connection.connect()
        except BaseException:
            if connection is None:
                self._room.release()
            else:
                await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        try:
            if connection.should_reconnect():  # type: ignore[no-untyped-call]
                await connection.disconnect()
        finally:
            self._in_use_connections.remove(connection)
            self._available_connections.append(connection)
            self._room.release()

    async def _enter(self) -> None:
        if not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._room.acquire()
        except TimeoutError:
            raise NoConnection("No connection became free in time.") from None


@dataclass(slots=True)
class _Call:
    words: tuple[Any, ...]
    options: dict[str, Any]
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gathering(Redis):
    """The library's client; only that calls share a way."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._on_their_way = 0
        # How long the last that came back had been away, in seconds.
        self._took = 0.0
        self._waiting: list[_Call] = []
        self._batches: set[asyncio.Task[None]] = set()

    async def execute_command(self, *words: Any, **options: Any) -> Any:
        if words[0] in _BY_THEMSELVES:
            return await super().execute_command(*words, **options)  # type: ignore[no-untyped-call]
        if self._on_their_way >= (ON_THEIR_WAY if self._took < SLOW_S else WHEN_SLOW):
            call = _Call(words, options)
            self._waiting.append(call)
            return await call.answer
        self._on_their_way += 1
        left = monotonic()
        try:
            return await super().execute_command(*words, **options)  # type: ignore[no-untyped-call]
        finally:
            self._is_back(left)

    def _is_back(self, left: float) -> None:
        self._took = monotonic() - left
        self._on_their_way -= 1
        if self._waiting:
            together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            self._on_their_way += 1
            # A task of its own: whoever makes room here may be cancelled, and the others not with it.
            batch = asyncio.create_task(self._send(together))
            self._batches.add(batch)
            batch.add_done_callback(self._batches.discard)

    async def _send(self, calls: list[_Call]) -> None:
        left = monotonic()
        pipe = self.pipeline(transaction=False)
        for call in calls:
            pipe.command_stack.append((call.words, call.options))
        try:
            answers = await pipe.execute(raise_on_error=False)
        except Exception as error:
            answers = [error] * len(calls)
        except BaseException:
            for call in calls:
                call.answer.cancel()
            raise
        finally:
            self._is_back(left)
        for call, answer in zip(calls, answers, strict=True):
            if call.answer.done():
                continue
            if isinstance(answer, Exception):
                call.answer.set_exception(answer)
            else:
                call.answer.set_result(answer)


def connect(url: str, most: int, *, together: bool = True) -> Redis:
    """A client with up to `most` connections, opened when they are needed.

    `together`: its calls share a way. It takes less of the processor and, under load, a moment longer.
    """
    pool = Line.from_url(
        url,
        max_connections=most,
        socket_timeout=5,
        socket_connect_timeout=3,
        health_check_interval=30,
    )
    return Gathering.from_pool(pool) if together else Redis.from_pool(pool)
