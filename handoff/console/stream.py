"""One reader of the desk's events a process, and the streams of the consoles that are open in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import StoreUnavailable
from bot.logs import logger
from bot.store import agents
from bot.store.agents import Agent
from bot.store.database import Tx
from bot.store.desk_queries import Counts
from handoff import events, live, presence
from handoff.console.pages import Pages
from handoff.desk import Desk
from handoff.events import Event

# A console that does not read for so many batches is asleep; it starts anew with a snapshot.
WAITING_BATCHES = 256
# Of one agent. Each costs a look at the record every few seconds; nobody works in so many, and who opens hundreds would
# keep colleagues waiting.
MOST_WINDOWS = 24
# Proxies close what stays silent; browsers find out only then that nobody is there.
HEARTBEAT_S = 15
BEATS_A_REPORT = presence.REPORT_S // HEARTBEAT_S
# Shorter than any Redis client's own patience with a silent answer.
LISTEN_S = 1
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
    counts: Counts | None
    agents: bool
    set_aside: bool
    typing: frozenset[tuple[str, int]]
    viewers: frozenset[str]
    notices: bool
    mentions: tuple[tuple[int, str], ...]  # whose attention a note calls, and in which conversation


@dataclass(eq=False)
class Console:
    """One open browser: whose it is, which conversation it shows, and what waits to be sent to it."""

    agent: Agent
    conversation: str | None
    waiting: asyncio.Queue[Drawn | None] = field(default_factory=lambda: asyncio.Queue(WAITING_BATCHES))

    def frame(self, drawn: Drawn) -> bytes:
        open_here = self.conversation
        data = {
            "rows": drawn.rows,
            "entries": [entry for entry in drawn.entries if entry["conversation"] == open_here],
            "card": open_here in drawn.cards,
            "counts": self._counts(drawn),
            "agents": drawn.agents,
            "set_aside": drawn.set_aside,
            "typing": [agent for where, agent in drawn.typing if where == open_here and agent != self.agent.id],
            "viewers": open_here in drawn.viewers,
            "notices": drawn.notices,
            "mentions": [where for agent, where in drawn.mentions if agent == self.agent.id],
        }
        return b"id: " + drawn.position.encode() + b"\nevent: changes\ndata: " + orjson.dumps(data) + b"\n\n"

    def _counts(self, drawn: Drawn) -> dict[str, Any] | None:
        """The lists' numbers, two of which are this agent's own."""
        if drawn.counts is None:
            return None
        asked = drawn.counts.asked_of(self.agent.id, self.agent.departments)
        mine = drawn.counts.mine.get(self.agent.id, 0)
        return {
            "waiting": drawn.counts.waiting,
            "open": drawn.counts.open,
            "bot": drawn.counts.bot,
            "mine": mine,
            "asked": asked,
            "complaints": drawn.counts.complaints,
        }


async def _always() -> bool:
    return True


class Streams:
    def __init__(self, desk: Desk, redis: Redis, pages: Pages) -> None:
        self.desk = desk
        self.database = desk.database
        self.redis = redis
        self.pages = pages
        self.open: set[Console] = set()
        self.reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    def has_room(self, agent: Agent) -> bool:
        """Whether one more of this agent's windows may listen; the first ones go on, whatever else they open."""
        return sum(console.agent.id == agent.id for console in self.open) < MOST_WINDOWS

    async def follow(
        self, console: Console, position: str, is_in: Callable[[], Awaitable[bool]] = _always
    ) -> AsyncGenerator[bytes, None]:
        """What this console has to draw since `position`, while `is_in`; `reload` where only a snapshot helps."""
        # Listen first, look back second: in the other order what comes between would be missed. What is then seen
        # twice does no harm, for it is the present state both times.
        self.open.add(console)
        try:
            await self._ensure_reader()
            yield await self._missed(console, position)
            beat = 0
            while True:
                if not await is_in():
                    return
                if beat % BEATS_A_REPORT == 0:
                    await self.desk.is_here(console.agent)
                await self._look(console)
                beat += 1
                async for frame in self._until_beat(console):
                    yield frame
        finally:
            self.open.discard(console)
            await self._look(console, leaves=True)

    async def _until_beat(self, console: Console) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        beat_at = loop.time() + HEARTBEAT_S
        while (left := beat_at - loop.time()) > 0:
            try:
                drawn = await asyncio.wait_for(console.waiting.get(), left)
            except TimeoutError:
                break
            yield RELOAD if drawn is None else console.frame(drawn)
        yield BEAT

    async def _look(self, console: Console, *, leaves: bool = False) -> None:
        if console.conversation is not None:
            await self.desk.looks(console.agent, console.conversation, leaves=leaves)

    async def _missed(self, console: Console, position: str) -> bytes:
        try:
            found = await events.after(self.redis, position)
        except RedisError:
            return RELOAD
        if found is None:
            return RELOAD
        reached, missed = found
        return console.frame(await self._draw(reached, missed)) if missed else BEAT

    async def _ensure_reader(self) -> None:
        async with self._starting:
            if self.reader is not None and not self.reader.done():
                return
            try:
                position = await events.newest_id(self.redis)
            except RedisError:
                position = None
            self.reader = asyncio.create_task(self._read(position), name="console-events")

    async def _read(self, position: str | None) -> None:
        """Give every console what happens, until none is open. Not ended by cancelling: redis-py may swallow that."""
        while self.open:
            try:
                if position is None:
                    # What was missed meanwhile nobody knows: every console takes a snapshot, from here on.
                    position = await events.newest_id(self.redis)
                    self._give(None)
                position, happened = await events.wait(self.redis, position, LISTEN_S)
                if happened:
                    self._give(await self._draw(position, happened))
            except (RedisError, StoreUnavailable, OSError):
                log.warning("console_reader_failed", exc_info=True)
                position = None
                await asyncio.sleep(RETRY_S)

    def _give(self, drawn: Drawn | None) -> None:
        for console in self.open:
            if not console.waiting.full():
                console.waiting.put_nowait(drawn)
                continue
            while not console.waiting.empty():
                console.waiting.get_nowait()
            console.waiting.put_nowait(None)

    async def _draw(self, position: str, happened: list[Event]) -> Drawn:
        def look(tx: Tx) -> tuple[live.Changes, dict[int, Agent]]:
            return live.changes(tx, happened), {agent.id: agent for agent in agents.everybody(tx)}

        changed, staff = await self.database.read(look)
        return self._drawn(position, changed, staff)

    def _drawn(self, position: str, changed: live.Changes, staff: dict[int, Agent]) -> Drawn:
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
                    "complaint": row.complaint_due,
                    "asked": [[one.department, one.agent_id] for one in row.asked],
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
            counts=changed.counts,
            agents=changed.agents,
            set_aside=changed.set_aside,
            typing=changed.typing,
            viewers=changed.viewers,
            notices=changed.notices,
            mentions=tuple((agent, n.conversation_id) for n in changed.notes for agent in n.mentions),
        )
