"""Keeps a Rasa running for every edition of the content that somebody needs, and ends those that nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import utc_now
from bot.editions import folder, register
from bot.editions.folder import Edition
from bot.editions.register import Published
from bot.editions.register import Servers as Serving
from bot.settings import Settings
from bot.supervisor import programs
from bot.supervisor.faults import CannotRun
from bot.supervisor.model import MODELS
from bot.supervisor.ports import free_port
from bot.supervisor.watch import Watch

LOOK_SECONDS = 0.3
# Counting who still needs an old edition reads conversations; there is no hurry to end a server.
COUNT_SECONDS = 20.0
# Turns that were on their way when the edition changed are answered by the one they were sent to.
SHORTEST = timedelta(seconds=30)

StillNeeded = Callable[[Edition, Edition], bool]
"""Whether a conversation would break if it went from the first edition to the second; may take its time."""


@dataclass
class Server:
    """A Rasa for one model: under which name it is watched, where it answers, and whether it does yet."""

    name: str
    url: str
    starting: asyncio.Task[None] | None = None


class Servers:
    """Follows the register of editions (bot/editions/register.py) and writes there which ones are served where."""

    def __init__(
        self, settings: Settings, env: Mapping[str, str], watch: Watch, still_needed: StillNeeded, editions: Path
    ) -> None:
        self._settings = settings
        self._env = env
        self._watch = watch
        self._still_needed = still_needed
        self._editions = editions
        self._running: dict[str, Server] = {}
        self._failed: dict[str, str] = {}
        self._unneeded: set[str] = set()
        self._written: Serving | None = None

    def adopt(self, edition: Edition, name: str, url: str) -> None:
        """A server that runs already, under this name of the watch, has the model of `edition`."""
        self._running[edition.flows] = Server(name, url)
        self._write({edition.id: edition})

    async def follow(self) -> None:
        """Until cancelled."""
        counting = asyncio.create_task(self._count())
        try:
            while True:
                await self._step()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            counting.cancel()

    async def _step(self) -> None:
        wanted = self._wanted(register.read_published(self._editions))
        for edition in wanted.values():
            if edition.flows not in self._running and edition.flows not in self._failed:
                self._start(edition)
        needed = {edition.flows for edition in wanted.values()}
        self._failed = {flows: why for flows, why in self._failed.items() if flows in needed}
        self._write(wanted)
        for flows in [flows for flows in self._running if flows not in needed]:
            await self._end(flows)

    def _wanted(self, published: Published) -> dict[str, Edition]:
        leaving = [name for name in published.leaving if name not in self._unneeded]
        names = dict.fromkeys(name for name in (published.current, published.candidate, *leaving) if name)
        self._unneeded &= set(published.leaving)
        found = {name: folder.find(self._editions, name) for name in names}
        return {name: edition for name, edition in found.items() if edition is not None}

    def _start(self, edition: Edition) -> None:
        port = free_port()
        program = programs.rasa(self._settings, self._env, MODELS / f"{edition.flows}.tar.gz", port, edition.flows[:6])
        server = Server(program.name, f"http://127.0.0.1:{port}")
        self._running[edition.flows] = server
        self._watch.keep(program)
        server.starting = asyncio.create_task(self._until_ready(edition, server))

    async def _until_ready(self, edition: Edition, server: Server) -> None:
        try:
            await self._watch.until_ready(server.name)
        except CannotRun as error:
            self._failed[edition.flows] = str(error)
            await self._end(edition.flows)
        else:
            server.starting = None

    async def _end(self, flows: str) -> None:
        server = self._running.pop(flows)
        if server.starting is not None and server.starting is not asyncio.current_task():
            server.starting.cancel()
        await self._watch.let_go(server.name)

    def _write(self, wanted: Mapping[str, Edition]) -> None:
        serving = {
            name: self._running[edition.flows].url
            for name, edition in wanted.items()
            if edition.flows in self._running and self._running[edition.flows].starting is None
        }
        failed = {
            name: self._failed[edition.flows] for name, edition in wanted.items() if edition.flows in self._failed
        }
        if self._written != Serving(serving, failed):
            self._written = Serving(serving, failed)
            register.write_servers(self._editions, self._written)

    async def _count(self) -> None:
        """Find out, from time to time, which of the editions that were left nobody needs any more."""
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            published = register.read_published(self._editions)
            current = folder.find(self._editions, published.current or "")
            for name, left in published.leaving.items():
                if name not in self._unneeded and current is not None and await self._is_over(name, left, current):
                    self._unneeded.add(name)

    async def _is_over(self, name: str, left: str, current: Edition) -> bool:
        since, edition = utc_now() - datetime.fromisoformat(left), folder.find(self._editions, name)
        if edition is None or since > self._settings.edition_grace:
            return True
        return since > SHORTEST and not await asyncio.to_thread(self._still_needed, edition, current)
