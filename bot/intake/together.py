"""Deliveries that come at the same time go to Redis in one step: one call, one write to the disk, for all of them.

Whoever comes while two steps are under way goes with the next, so that a lone delivery waits for nobody
and a storm is taken in steps that grow with it. A step fails for all that are in it: each delivery hears so, and the
platform delivers again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice

from bot.errors import RedisUnavailable
from bot.intake.lanes import Lane, Letter

# Redis does nothing else while it carries out a step: this many letters take it about a millisecond.
MOST_LETTERS = 128
# While Redis is busy with one step, the next is made ready.
MOST_STEPS = 2

_Waiting = tuple[Sequence[Letter], "asyncio.Future[list[bool]]"]


class Together:
    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._waiting: deque[_Waiting] = deque()
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def deliver(self, letters: Sequence[Letter]) -> list[bool]:
        """As `Lane.deliver`: all of them or none; on disk when this returns. Raises RedisUnavailable."""
        taken: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append((letters, taken))
        if self._under_way < MOST_STEPS:
            # Counted here and there, not by the tasks: one that has found nothing left is still a task for a moment,
            # and whoever came in that moment would wait for nobody.
            self._under_way += 1
            task = asyncio.create_task(self._deliver())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await taken

    async def _deliver(self) -> None:
        try:
            while self._waiting:
                await self._step()
        finally:
            self._under_way -= 1

    async def _step(self) -> None:
        going = self._next()
        try:
            fresh = iter(await self.lane.deliver([letter for letters, _ in going for letter in letters]))
        except RedisUnavailable as error:
            for _, taken in going:
                if not taken.done():
                    taken.set_exception(RedisUnavailable(code=error.code))
            return
        for letters, taken in going:
            found = list(islice(fresh, len(letters)))
            # Whoever hung up meanwhile hears nothing; what they brought is on disk all the same.
            if not taken.done():
                taken.set_result(found)

    def _next(self) -> list[_Waiting]:
        """At least one delivery, however large, and as many more as fit."""
        going = [self._waiting.popleft()]
        letters = len(going[0][0])
        while self._waiting and letters + len(self._waiting[0][0]) <= MOST_LETTERS:
            going.append(self._waiting.popleft())
            letters += len(going[-1][0])
        return going
