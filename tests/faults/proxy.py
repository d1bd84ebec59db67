"""A TCP proxy that fails on demand: it cuts, stalls, slows, loses answers or answers nonsense; it reads no protocol."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from enum import Enum

_CHUNK = 64 * 1024


class Weather(Enum):
    FAIR = "fair"
    CUT = "cut"  # nobody listens, open connections break
    STALLED = "stalled"  # bytes are accepted and kept; they arrive when it is fair again
    DEAF = "deaf"  # what is asked arrives, what is answered is lost
    NONSENSE = "nonsense"  # every request is answered with `nonsense` and not passed on


class Proxy:
    """Between one client and the first of `targets` (ports on loopback) that can be reached."""

    def __init__(self, targets: Sequence[int], nonsense: bytes = b"") -> None:
        self.targets = list(targets)
        self.nonsense = nonsense
        self.port = 0
        self.delay_s = 0.0  # of every piece, in both directions
        self._weather = Weather.FAIR
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: set[StreamWriter] = set()
        self._turn = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._break()

    async def set(self, weather: Weather) -> None:
        was, self._weather = self._weather, weather
        if weather is Weather.CUT:
            await self.close()
        elif self._server is None:
            await self.start()
        if Weather.DEAF in (was, weather) or Weather.NONSENSE in (was, weather):
            # Half an answer may have been lost on the open ones, or nothing would be asked of them.
            self._break()
        self._changed.set()
        self._changed = asyncio.Event()

    def _break(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        self._turn += 1
        order = self.targets[self._turn % len(self.targets) :] + self.targets[: self._turn % len(self.targets)]
        for port in order:
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._weather is Weather.NONSENSE:
                await self._answer_nonsense(reader, writer)
                return
            there, back = await self._connect()
            self._open.add(back)
            try:
                async with asyncio.TaskGroup() as pumps:
                    pumps.create_task(self._pump(reader, back, answers=False))
                    pumps.create_task(self._pump(there, writer, answers=True))
            finally:
                self._open.discard(back)
                back.transport.abort()
        except* (OSError, EOFError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _answer_nonsense(self, reader: StreamReader, writer: StreamWriter) -> None:
        while await reader.read(_CHUNK):
            writer.write(self.nonsense)
            await writer.drain()

    async def _pump(self, reader: StreamReader, writer: StreamWriter, *, answers: bool) -> None:
        while data := await reader.read(_CHUNK):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            while self._weather is Weather.STALLED:
                await self._changed.wait()
            if answers and self._weather is Weather.DEAF:
                continue
            writer.write(data)
            await writer.drain()
        raise EOFError
