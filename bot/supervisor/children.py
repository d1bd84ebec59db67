"""Starts and ends single processes, each in a group of its own and entered in the guard's book; restarts none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from pathlib import Path

from bot.supervisor import guard, launch
from bot.supervisor.program import Program, make_room

# Isolated from the environment and without site-packages: both scripts need the standard library alone, and quickly.
_BARE_PYTHON = (sys.executable, "-I", "-S")


class Children:
    """The processes that this supervisor started, and the guard that ends them should it die."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._guard: Process | None = None
        self._book = -1

    async def __aenter__(self) -> Children:
        reading, self._book = os.pipe()
        try:
            self._guard = await asyncio.create_subprocess_exec(
                *_BARE_PYTHON, guard.__file__, stdin=reading, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
            )
        finally:
            os.close(reading)
        return self

    async def __aexit__(self, *_: object) -> None:
        # Whatever is still in the book is ended by the guard; on an orderly way out there is nothing.
        os.close(self._book)
        if self._guard is not None:
            await self._guard.wait()

    async def start(self, program: Program) -> Process:
        """Start the program with its output appended to its log; OSError if it cannot be started."""
        make_room(program.log)
        with program.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *_BARE_PYTHON,
                launch.__file__,
                str(self._book),
                *program.argv,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                cwd=self._root,
                env={**os.environ, **program.env},
                pass_fds=(self._book,),
                # A group of its own: Ctrl-C reaches the supervisor alone, which then ends them in order.
                start_new_session=True,
            )

    async def gone(self, child: Process) -> int:
        """Wait for the child's end, end what it left behind in its group, and return its exit code."""
        code = await child.wait()
        kill(child)
        with contextlib.suppress(BrokenPipeError):
            os.write(self._book, b"-%d\n" % child.pid)
        return code


async def end(child: Process, grace_seconds: float) -> None:
    """Ask the child's whole group to stop; kill it when its grace is over. Returns when it is gone."""
    if child.returncode is not None:
        return
    _send(child, signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), grace_seconds)
    except TimeoutError:
        kill(child)
        await child.wait()


def kill(child: Process) -> None:
    """Kill the child's whole group without asking."""
    _send(child, signal.SIGKILL)


def _send(child: Process, sent: signal.Signals) -> None:
    # EPERM is macOS's word for a group of which only zombies are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, sent)
