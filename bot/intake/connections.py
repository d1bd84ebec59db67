"""Connections to Redis: a bounded number, for which calls wait in line instead of failing."""

from __future__ import annotations

import asyncio
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


def connect(url: str, most: int) -> Redis:
    """A client with up to `most` connections, opened when they are needed."""
    pool = Line.from_url(
        url,
        max_connections=most,
        socket_timeout=5,
        socket_connect_timeout=3,
        health_check_interval=30,
    )
    return Redis.from_pool(pool)
