"""Keeps programs alive: starts them, tells when they serve, starts the dead again, stops all in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.supervisor import children
from bot.supervisor.backoff import HOPELESS_AFTER, deaths_in_a_row, pause_before_restart
from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.program import Program, how_it_ended, last_words

READY_POLL_SECONDS = 0.1
LATE_SECONDS = 120.0


class Turn(StrEnum):
    """What happened to a program."""

    STARTED = "started"
    READY = "ready"
    # It lives but does not serve, for longer than anybody would wait without a word.
    LATE = "late"
    # It lives and has answered that it cannot serve.
    BROKEN = "broken"
    DIED = "died"
    STOPPED = "stopped"


@dataclass(frozen=True)
class News:
    """One turn in a program's life. `seconds`: how long it took to be ready, or the pause before the next start."""

    program: str
    turn: Turn
    detail: str = ""
    seconds: float = 0.0


class Watch:
    """The programs that are kept alive, and everybody who is told about them."""

    def __init__(self, started_by: Children, tell: Callable[[News], None]) -> None:
        self._children = started_by
        self._tell = tell
        self._programs: dict[str, Program] = {}
        self._alive: dict[str, Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._ready: dict[str, asyncio.Future[None]] = {}
        self._let_go: set[str] = set()
        self._stopping = False

    def keep(self, program: Program) -> None:
        """Start the program and go on starting it until `stop`."""
        self._let_go.discard(program.name)
        self._programs[program.name] = program
        self._ready[program.name] = asyncio.get_running_loop().create_future()
        keeper = asyncio.create_task(self._keep(program))
        keeper.add_done_callback(lambda task: self._pass_on_failure(program, task))
        self._keepers[program.name] = keeper

    async def until_ready(self, *names: str) -> None:
        """Wait until these programs serve; CannotRun if one of them dies three times without ever serving."""
        await asyncio.gather(*(asyncio.shield(self._ready[name]) for name in names))

    async def stop(self) -> None:
        """End everything, last started first: who depends on Redis is gone before Redis is."""
        self._stopping = True
        for name, program in reversed(self._programs.items()):
            await self._stop(program, self._keepers[name])

    async def let_go(self, name: str) -> None:
        """End one program and keep it no longer; one that is not kept is no fault."""
        program = self._programs.pop(name, None)
        if program is not None:
            self._let_go.add(name)
            await self._stop(program, self._keepers.pop(name))

    def kill(self) -> None:
        """End everything at once; `stop` then finds nothing left to wait for."""
        for child in self._alive.values():
            children.kill(child)

    def pid(self, name: str) -> int | None:
        """The process number of a program that is alive now."""
        child = self._alive.get(name)
        return child.pid if child else None

    async def _stop(self, program: Program, keeper: asyncio.Task[None]) -> None:
        child = self._alive.get(program.name)
        if child is None:
            # It is between two lives; there is nothing to end but the waiting.
            keeper.cancel()
        else:
            await children.end(child, program.grace_seconds)
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        self._ready[program.name].cancel()
        self._tell(News(program.name, Turn.STOPPED))

    async def _keep(self, program: Program) -> None:
        deaths = 0
        while not self._is_over(program):
            began = time.monotonic()
            code = await self._live(program)
            if self._is_over(program):
                return
            deaths = deaths_in_a_row(deaths, time.monotonic() - began)
            if deaths >= HOPELESS_AFTER and not self._ready[program.name].done():
                self._ready[program.name].set_exception(_hopeless(program, code))
                return
            pause = pause_before_restart(deaths)
            self._tell(News(program.name, Turn.DIED, how_it_ended(code), pause))
            await asyncio.sleep(pause)

    def _is_over(self, program: Program) -> bool:
        return self._stopping or program.name in self._let_go

    async def _live(self, program: Program) -> int:
        """One life of the program, from its start to its end."""
        child = await self._children.start(program)
        self._alive[program.name] = child
        self._tell(News(program.name, Turn.STARTED))
        looking = asyncio.create_task(self._look_until_ready(program))
        looking.add_done_callback(lambda task: self._pass_on_failure(program, task))
        try:
            return await self._children.gone(child)
        finally:
            del self._alive[program.name]
            looking.cancel()

    def _pass_on_failure(self, program: Program, task: asyncio.Task[None]) -> None:
        """Nobody must be left waiting for a readiness that never comes."""
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if not self._ready[program.name].done():
            self._ready[program.name].set_exception(error)
        else:
            self._tell(News(program.name, Turn.BROKEN, str(error)))

    async def _look_until_ready(self, program: Program) -> None:
        began, late = time.monotonic(), LATE_SECONDS
        while program.ready is not None and not await program.ready():
            waited = time.monotonic() - began
            if waited > late:
                late += LATE_SECONDS
                self._tell(News(program.name, Turn.LATE, seconds=waited))
            await asyncio.sleep(READY_POLL_SECONDS)
        if not self._ready[program.name].done():
            self._ready[program.name].set_result(None)
        self._tell(News(program.name, Turn.READY, seconds=time.monotonic() - began))


def _hopeless(program: Program, code: int) -> CannotRun:
    words = last_words(program.log)
    said = f" (its last words: {words})" if words else ""
    return CannotRun(f"{program.name} does not start: it {how_it_ended(code)} each time; see {program.log}{said}.")
