"""One reader of the desk's events a process, and the streams of the consoles that are open in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import StoreUnavailable
from bot.logs import logger
from bot.store import agents
from bot.store.agents import Agent
from bot.store.database import Database, Tx
from handoff import events, live
from handoff.console.pages import Pages
from handoff.events import Event

# A console that does not read for so many batches is asleep; it starts anew with a snapshot.
WAITING_BATCHES = 256
# Proxies close what stays silent; browsers find out only then that nobody is there.
HEARTBEAT_S = 15
# Shorter than any Redis client's own patience with a silent answer.
LISTEN_S = 2
RETRY_S = 1.0

RELOAD = b"event: reload\ndata: {}\n\n"
BEAT = b": beat\n\n"

log = logger("console")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a batch of events changed, drawn once for all consoles."""

    position: str
    rows: tuple[dict[str, Any], ...]
    entries: tuple[dict[str, Any], ...]  # messages and notes
    cards: frozenset[str]
    counts: dict[str, Any] | None
    mine: dict[int, int]
    agents: bool
    set_aside: bool
    typing: frozenset[tuple[str, int]]
    viewers: frozenset[str]


@dataclass(eq=False)
class Console:
    """One open browser: whose it is, which conversation it shows, and what waits to be sent to it."""

    agent_id: int
    conversation: str | None
    waiting: asyncio.Queue[Drawn | None] = field(default_factory=lambda: asyncio.Queue(WAITING_BATCHES))

    def frame(self, drawn: Drawn) -> bytes:
        open_here = self.conversation
        data = {
            "rows": drawn.rows,
            "entries": [entry for entry in drawn.entries if entry["conversation"] == open_here],
            "card": open_here in drawn.cards,
            "counts": {**drawn.counts, "mine": drawn.mine.get(self.agent_id, 0)} if drawn.counts else None,
            "agents": drawn.agents,
            "set_aside": drawn.set_aside,
            "typing": [agent for where, agent in drawn.typing if where == open_here and agent != self.agent_id],
            "viewers": open_here in drawn.viewers,
        }
        return b"id: " + drawn.position.encode() + b"\nevent: changes\ndata: " + orjson.dumps(data) + b"\n\n"


class Streams:
    def __init__(self, database: Database, redis: Redis, pages: Pages) -> None:
        self.database = database
        self.redis = redis
        self.pages = pages
        self.open: set[Console] = set()
        self._reader: asyncio.Task[None] | None = None

    async def follow(self, console: Console, position: str) -> AsyncIterator[bytes]:
        """What this console has to draw since `position`, without end; `reload` where only a snapshot helps."""
        # Listen first, look back second: in the other order what comes between would be missed. What is then seen
        # twice does no harm, for it is the present state both times.
        self.open.add(console)
        self._ensure_reader()
        try:
            yield await self._missed(console, position)
            while True:
                try:
                    drawn = await asyncio.wait_for(console.waiting.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield BEAT
                    continue
                yield RELOAD if drawn is None else console.frame(drawn)
        finally:
            self.open.discard(console)
            await self._stop_when_alone()

    async def _missed(self, console: Console, position: str) -> bytes:
        try:
            found = await events.after(self.redis, position)
        except RedisError:
            return RELOAD
        if found is None:
            return RELOAD
        reached, missed = found
        return console.frame(await self._draw(reached, missed)) if missed else BEAT

    def _ensure_reader(self) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read(), name="console-events")

    async def _stop_when_alone(self) -> None:
        if self.open or self._reader is None:
            return
        reader, self._reader = self._reader, None
        reader.cancel()
        # Its connection goes back to the pool only when it has really ended.
        await asyncio.gather(reader, return_exceptions=True)

    async def _read(self) -> None:
        position: str | None = None
        while True:
            try:
                if position is None:
                    position = await events.newest_id(self.redis)
                position, happened = await events.wait(self.redis, position, LISTEN_S)
                if happened:
                    self._give(await self._draw(position, happened))
            except (RedisError, StoreUnavailable, OSError):
                # What was missed meanwhile nobody knows: every console takes a snapshot.
                log.warning("console_reader_failed", exc_info=True)
                position = None
                await asyncio.sleep(RETRY_S)
                self._give(None)

    def _give(self, drawn: Drawn | None) -> None:
        for console in self.open:
            if console.waiting.full():
                while not console.waiting.empty():
                    console.waiting.get_nowait()
                drawn = None
            console.waiting.put_nowait(drawn)

    async def _draw(self, position: str, happened: list[Event]) -> Drawn:
        def look(tx: Tx) -> tuple[live.Changes, dict[int, Agent]]:
            return live.changes(tx, happened), {agent.id: agent for agent in agents.everybody(tx)}

        changed, staff = await self.database.read(look)
        return self._drawn(position, changed, staff)

    def _drawn(self, position: str, changed: live.Changes, staff: dict[int, Agent]) -> Drawn:
        counts = changed.counts
        return Drawn(
            position=position,
            rows=tuple(
                {
                    "id": row.id,
                    "owner": row.owner,
                    "agent": row.agent_id,
                    "since": row.waiting_since,
                    "at": row.last_message_at,
                    "department": row.department,
                    "unread": row.unread,
                    "html": self.pages.row(row, staff),
                }
                for row in changed.rows
            ),
            entries=tuple(
                [
                    {"id": f"m{m.id}", "conversation": m.conversation_id, "author": m.author, "html": html}
                    for m in changed.messages
                    if (html := self.pages.message(m))
                ]
                + [
                    {"id": f"n{n.id}", "conversation": n.conversation_id, "author": "note", "html": html}
                    for n in changed.notes
                    if (html := self.pages.note(n, staff))
                ]
            ),
            cards=changed.cards,
            counts={"waiting": counts.waiting, "open": counts.open, "bot": counts.bot} if counts else None,
            mine=counts.mine if counts else {},
            agents=changed.agents,
            set_aside=changed.set_aside,
            typing=changed.typing,
            viewers=changed.viewers,
        )
