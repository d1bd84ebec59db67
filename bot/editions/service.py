"""The editions as web and worker see them: the one in force, and older ones that conversations still need.

Without a register (tests, containers that each bring their content) there is one edition, the content itself.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.engine.model import CompiledFlows, from_json
from bot.dialogue.flows import FLOWS_FILE, Flows, load_compiled
from bot.dialogue.rendering import Renderer, load_texts
from bot.dialogue.texts import Texts
from bot.editions import folder, register
from bot.editions.moving import breaks
from bot.errors import ContentFault
from bot.logs import logger
from bot.settings import Settings

log = logger("editions")

# How old our view of the register may be: a `stat` is cheap, but not free for each of many sentences.
FRESH_SECONDS = 0.2
FOLLOW_SECONDS = 0.5


@dataclass(frozen=True)
class InService:
    """One edition, loaded: its flows, its words, and where its Rasa answers."""

    id: str
    flows: CompiledFlows
    renderer: Renderer
    urls: tuple[str, ...]


class Editions:
    """`current`, `of(snapshot)`; `texts` and `flows` are those of the edition in force, for who holds on to them.

    Loading may be asked for from the event loop and from the threads of SQL alike.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = folder.place(settings)
        self._lock = threading.Lock()
        self._loaded: dict[str, InService] = {}
        self._looked_at = 0.0
        self._stamp: tuple[int, ...] = (0, 0)
        self._failed: tuple[int, ...] = ()
        self._listeners: list[Callable[[], None]] = []
        self.texts: Texts = load_texts(settings.content_dir)
        self.flows: Flows = load_compiled(settings.content_dir)
        own = InService("", self.flows.compiled, Renderer(self.texts), tuple(settings.rasa_urls))
        self._current, self._older = own, ()
        self.urls: list[str] = list(own.urls)
        self.refresh()

    _older: tuple[InService, ...]

    @property
    def current(self) -> InService:
        self.refresh()
        return self._current

    def of(self, snapshot: Mapping[str, Any] | None) -> InService:
        """Where a conversation goes on: the edition in force, unless that would break what it is in the middle of."""
        current = self.current
        mine = self._with(snapshot)
        if mine is current or not breaks(mine.flows, current.flows, snapshot):
            return current
        return mine

    def renderer_of(self, snapshot: Mapping[str, Any] | None, response: str) -> Renderer:
        """The words of the edition whose flows made this snapshot; the newest where it lacks `response`."""
        mine = self._with(snapshot)
        return mine.renderer if response in mine.renderer.texts else self._current.renderer

    def urls_of(self, snapshot: Mapping[str, Any] | None) -> Sequence[str]:
        """The Rasa servers that answer this conversation."""
        return self.of(snapshot).urls

    def moves(self, snapshot: Mapping[str, Any] | None) -> bool:
        """Whether the next turn is taken under other flows than the last: Rasa's tracker must not go along."""
        return bool(snapshot and snapshot.get("flows")) and self.of(snapshot).flows.hash != (snapshot or {})["flows"]

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` now and whenever another edition comes into force."""
        listener()
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Look at the register, and load what is new in it; the edition in force stays if that cannot be loaded."""
        now = time.monotonic()
        if now - self._looked_at < FRESH_SECONDS:
            return
        with self._lock:
            self._looked_at = now
            stamp = register.stamp(self._folder)
            if stamp == self._stamp:
                return
            try:
                self._take()
            except (ContentFault, OSError, ValueError, KeyError) as error:
                # Tried again at the next look: it may be in the middle of being written.
                if stamp != self._failed:
                    log.error("edition_not_loaded", error=type(error).__name__)
                self._failed = stamp
            else:
                self._stamp = stamp

    async def follow(self) -> None:
        """Keep up with the register for as long as the process runs: for texts that nobody asks us for."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(FOLLOW_SECONDS)

    def _with(self, snapshot: Mapping[str, Any] | None) -> InService:
        self.refresh()
        mine = snapshot.get("flows") if snapshot else None
        if not mine or mine == self._current.flows.hash:
            return self._current
        return next((edition for edition in self._older if edition.flows.hash == mine), self._current)

    def _take(self) -> None:
        published, servers = register.read_published(self._folder), register.read_servers(self._folder)
        if published.current is None or published.current not in servers.urls:
            # Nobody serves it here (Rasa is started by other means): the content we were given stays in service.
            return
        current = self._load(published.current, (servers.urls[published.current],))
        older = [self._load(name, (servers.urls[name],)) for name in published.leaving if name in servers.urls]
        changed = current.id != self._current.id
        # The newest first: two editions with the same flows differ in words only, and the newer words are meant.
        self._current, self._older = current, tuple(reversed(older))
        self.urls[:] = current.urls
        if changed:
            self.texts.become(current.renderer.texts)
            self.flows.become(current.flows, also=[edition.flows for edition in older])
            for listener in self._listeners:
                listener()
            log.info("edition_in_force", edition=current.id)

    def _load(self, name: str, urls: tuple[str, ...]) -> InService:
        known = self._loaded.get(name)
        if known is None:
            root = self._folder / name
            renderer = Renderer(load_texts(root))
            known = InService(name, _compiled(root), renderer, urls)
        elif known.urls != urls:
            known = InService(name, known.flows, known.renderer, urls)
        self._loaded[name] = known
        return known


def _compiled(root: Path) -> CompiledFlows:
    return from_json(json.loads((root / folder.BUILD / FLOWS_FILE).read_text(encoding="utf-8")))
