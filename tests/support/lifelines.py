"""Small real processes, known to live by an open connection and to be gone by its end: no waiting by the clock."""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

# Connects, says its name and pid, then waits for signals; with `deaf` it does not hear SIGTERM, with `parent` it has a
# child of the same kind, with `brief` it ends by itself with exit code 3.
_LIFE = """
import os, signal, socket, subprocess, sys
name, port, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if kind == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if kind == "parent":
    subprocess.Popen([sys.executable, __file__, name + "'s child", str(port), "plain"])
line = socket.create_connection(("127.0.0.1", port))
line.sendall(f"{name} {os.getpid()}\\n".encode())
if kind == "brief":
    print("I have had enough", flush=True)
    sys.exit(3)
while True:
    signal.pause()
"""
PATIENCE_SECONDS = 90


@dataclass(frozen=True)
class Life:
    """One process that has called."""

    name: str
    pid: int
    line: StreamReader

    async def ended(self) -> None:
        """Return when the process is gone; its kernel closes the line, however it died."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await self.line.read() == b""


class Lifelines:
    """Where the processes call."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._calls: asyncio.Queue[Life] = asyncio.Queue()
        self._writers: list[StreamWriter] = []
        self.port = 0

    def argv(self, name: str, kind: str = "plain") -> tuple[str, ...]:
        """The command line of a process that calls here."""
        return (sys.executable, str(self._script), name, str(self.port), kind)

    async def call(self) -> Life:
        """The next process that calls."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._calls.get()

    async def _hear(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._writers.append(writer)
        name, pid = (await reader.readline()).decode().rsplit(maxsplit=1)
        self._calls.put_nowait(Life(name, int(pid), reader))


@asynccontextmanager
async def lifelines(folder: Path) -> AsyncIterator[Lifelines]:
    """Listen for processes until the end of the block."""
    script = folder / "life.py"
    script.write_text(_LIFE, encoding="utf-8")
    lines = Lifelines(script)
    server = await asyncio.start_server(lines._hear, "127.0.0.1", 0)
    lines.port = server.sockets[0].getsockname()[1]
    try:
        yield lines
    finally:
        for writer in lines._writers:
            writer.close()
        server.close()
        await server.wait_closed()
