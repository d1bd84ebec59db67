"""Claims conversations of one lane, has many worked on at once and keeps their leases; knows nothing of the work.

Told to stop, it claims no more; what it began goes on until `finish` gives it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake.lanes import Claim, Lane
from bot.logs import logger

log = logger("worker")

# Without a wake-up call we look again after this.
IDLE_S = 1.0
# Redis has let a lease go, and its answer is on the way.
LETS_GO_S = 0.2


class LaneRunner:
    """Works through one lane: `work(claim)` for each conversation, `most` at once."""

    def __init__(self, lane: Lane, work: Callable[[Claim], Coroutine[Any, Any, None]], most: int) -> None:
        self.lane = lane
        self.work = work
        self.most = most
        self.tasks: dict[asyncio.Task[None], Claim] = {}
        self.stopping = False
        # Redis has not answered since we last settled with it what is whose; at first it never has.
        self._away = True
        # Whoever waits for something to do: the only place at which a stop may break in. A claim whose answer nobody
        # reads would be held by nobody until its lease ends, and be counted as a death.
        self._idle: asyncio.Task[Any] | None = None
        self._running: asyncio.Task[Any] | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Claim and begin until `stop`."""
        self._running = asyncio.current_task()
        self._renewing = asyncio.create_task(self._renew())
        with suppress(asyncio.CancelledError):
            while not self.stopping:
                try:
                    await self._round()
                except RedisUnavailable as error:
                    self._away = True
                    log.error("redis_away", lane=self.lane.name, code=error.code)
                    await self._rest(asyncio.sleep(IDLE_S))

    def stop(self) -> None:
        """Claim no more."""
        self.stopping = True
        if self._idle is not None:
            self._idle.cancel()

    async def finish(self, ends: float) -> None:
        """Wait for what was begun until `ends` by the loop's clock, then give it up: its leases end by themselves."""
        loop = asyncio.get_running_loop()
        # What is claimed at this moment is begun, and a turn that ends may begin a send.
        while (going_on := self._going_on()) and (left := ends - loop.time()) > 0:
            await asyncio.wait(going_on, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if self.tasks:
            log.warning("given_up", lane=self.lane.name, conversations=len(self.tasks))
        for task in (*self._going_on(), self._renewing):
            if task is not None:
                task.cancel()

    def _going_on(self) -> set[asyncio.Task[Any]]:
        claiming = {self._running} if self._running is not None and not self._running.done() else set()
        return {*self.tasks, *claiming}

    async def call(self, conversation: str, *, first: bool = False) -> None:
        """Work on this conversation now if there is room and nobody stands before it, else when its turn comes."""
        if first or not self.has_room():
            await self.lane.want(conversation, first=first)
            return
        claim = await self.lane.take(conversation, room=self.room())
        if claim is not None:
            self._begin(claim)

    def has_room(self) -> bool:
        return self.room() > 0

    def room(self) -> int:
        """How many more conversations may be begun now."""
        return 0 if self.stopping else max(0, self.most - len(self.tasks))

    def start(self, claim: Claim, work: Coroutine[Any, Any, None]) -> None:
        """Let `work` on what is claimed be one of those of this lane."""
        task = asyncio.create_task(work)
        self.tasks[task] = claim
        task.add_done_callback(lambda done: self.tasks.pop(done, None))

    async def _round(self) -> None:
        if self._away or self.lane.owes:
            await self._settle()
        room = self.most - len(self.tasks)
        if room <= 0:
            await self._rest(asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED))
            return
        claims = await self.lane.claim(room)
        for claim in claims:
            self._begin(claim)
        if len(claims) < room and not self.stopping:
            # Nothing else is due: to ask again before somebody calls would only ask Redis for nothing.
            await self._rest(self.lane.wait(self._pause()))

    async def _rest(self, waiting: Coroutine[Any, Any, Any]) -> None:
        self._idle = asyncio.current_task()
        try:
            await waiting
        finally:
            self._idle = None

    def _begin(self, claim: Claim) -> None:
        self.start(claim, self.work(claim))

    def _pause(self) -> float:
        due = self.lane.next_due
        if due is None:
            return IDLE_S
        # Redis blocks for whole milliseconds only, and for ever at nought.
        return min(IDLE_S, max(0.01, (due - epoch_ms()) / 1000))

    async def _settle(self) -> None:
        """Before anything is claimed: what died in our place is nobody's, what is in our hands is ours."""
        ended = await self.lane.succeed()
        if ended:
            log.info("succeeded", lane=self.lane.name, leases=ended)
        await self.lane.settle()
        await self._renew_now()
        self._away = False

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self.lane.lease_ms / 3000)
            try:
                await self._renew_now()
            except RedisUnavailable:
                # The leases may end before Redis is back. SQL refuses what we would write under them then.
                self._away = True

    async def _renew_now(self) -> None:
        held = {claim.conversation: (task, claim) for task, claim in self.tasks.items()}
        lost = await self.lane.renew([claim for _, claim in held.values()]) if held else set()
        if lost:
            if self._away:
                await self.lane.cut_off(lost)
            await self._give_up({name: held[name][0] for name in lost})

    async def _give_up(self, lost: Mapping[str, asyncio.Task[None]]) -> None:
        """End what goes on without a lease. What was just letting go has none either, and is through in a moment."""
        await asyncio.wait(lost.values(), timeout=LETS_GO_S)
        for conversation, task in lost.items():
            if not task.done():
                log.warning("lease_lost", lane=self.lane.name, conversation=conversation)
                task.cancel()
