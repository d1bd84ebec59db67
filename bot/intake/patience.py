"""Dots for customers who wait for their turn to come: in a storm nobody looks at a thread where nothing moves.

Looks at the conversations that nobody has taken up for `AFTER_MS` and shows dots where the assistant is the one who
will answer: first to who has seen none, then to whose dots have gone longest. Which of these, chance says, so that
several workers do not all choose the same. A courtesy: what it cannot do it leaves, and it never delays an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import random

from bot.clock import epoch_ms
from bot.errors import DyzurnyError
from bot.intake.lanes import Lane
from bot.logs import logger
from bot.messenger.errors import GraphError
from bot.outbox.speaker import Speaker
from bot.store import conversations
from bot.store.database import Database

log = logger("patience")

AFTER_MS = 8_000
# The platform takes dots away after twenty seconds.
AGAIN_MS = 18_000
LOOK_S = 1.0
# Of one look: as many calls a second, beside the answers.
MOST, AT_ONCE = 60, 6
# So many times as many are chosen from, and so many who wait are looked through.
CHOICE, FARTHEST = 4, 5_000
FORGOTTEN_MS = 10 * AGAIN_MS


class Patience:
    def __init__(self, lane: Lane, speaker: Speaker, database: Database) -> None:
        self.lane = lane
        self.speaker = speaker
        self.database = database
        self._shown: dict[str, int] = {}

    async def run(self) -> None:
        """Look every second, for as long as the worker lives."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look(epoch_ms())
            except DyzurnyError as error:
                log.warning("not_looked", code=error.code)

    async def look(self, now: int) -> list[str]:
        """Show dots to those who wait at `now` (UTC ms); to whom they were shown."""
        self._shown = {name: at for name, at in self._shown.items() if now - at < FORGOTTEN_MS}
        waiting = await self.lane.waiting(now - AFTER_MS, FARTHEST)
        without = [name for name in waiting if now - self._shown.get(name, 0) >= AGAIN_MS]
        unseen = [name for name in without if name not in self._shown][: CHOICE * MOST]
        # Stable: of two whose dots are gone as long, who waits longer stands first.
        longest = sorted(without, key=lambda name: self._shown.get(name, 0))[:MOST]
        new = random.sample(unseen, MOST) if len(unseen) > MOST else longest
        if not new:
            return []
        elsewhere = await self.database.read(lambda tx: conversations.not_the_bots(tx, new))
        shown = [name for name in new if name not in elsewhere]
        self._shown |= dict.fromkeys(new, now)
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._dots(name, room) for name in shown))
        return shown

    async def _dots(self, conversation: str, room: asyncio.Semaphore) -> None:
        async with room:
            with contextlib.suppress(DyzurnyError, GraphError):
                await self.speaker.typing(conversation)
