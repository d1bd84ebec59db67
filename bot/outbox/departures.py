"""Makes the sender ready while a turn is being written down, so that its first message leaves with the commit.

Without it four steps follow the commit, one after the other: the lane is asked for the conversation, the rates for
leave, SQL for the message, and a second transaction puts it on its way. Here the first two happen beside the commit,
and the last two in it. What is lost when this process dies right then is what is always lost between putting a message
on its way and sending it: its echo is waited for, and it is sent again.

Where many conversations are in hand the first two are waited for: the commit stands in line anyway, and a sender that
is ready too late costs a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake.lanes import Claim, Lane
from bot.outbox.sender import Send, Sender
from bot.store.database import Tx

# At most so long a commit waits for its sender to be ready.
READY_S = 0.25


@dataclass(slots=True)
class Departure:
    """One conversation's, for the length of one transaction."""

    conversation: str
    sender: Sender | None = None
    claiming: asyncio.Task[Claim | None] | None = None
    step: Send | None = None
    is_called: bool = False
    has_left: bool = False
    start: Callable[[Claim, Send | None], None] | None = None

    def board(self, tx: Tx) -> None:
        """Before all else of `tx`: at its end what is to leave first is put on its way, if the lane has been had."""
        tx.at_the_end(lambda: self._board(tx))
        tx.after_commit(self._leave)

    def _board(self, tx: Tx) -> None:
        # In SQL's thread; a task that is done does not change any more.
        claiming = self.claiming
        if self.sender is None or claiming is None or not claiming.done() or claiming.cancelled():
            return
        if claiming.exception() is None and claiming.result() is not None:
            begun = self.sender.begin(tx, self.conversation)
            self.step = begun if isinstance(begun, Send) else None

    async def _leave(self) -> None:
        """Right after the commit, before consoles are told of it: the customer waits, they follow."""
        if self.step is None or self.claiming is None or self.start is None:
            return
        claim = self.claiming.result()
        assert claim is not None
        self.has_left = True
        self.start(claim, self.step)
        await asyncio.sleep(0)


class Departures:
    """`start(claim, step)` begins sending; `room` says of how many conversations the worker may begin that now, and
    `is_crowded` whether it has many in hand.
    """

    def __init__(
        self,
        lane: Lane,
        sender: Sender,
        start: Callable[[Claim, Send | None], None],
        room: Callable[[], int],
        is_crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self.lane = lane
        self.sender = sender
        self.start = start
        self.room = room
        self.is_crowded = is_crowded
        self._preparing: dict[str, Departure] = {}

    def takes(self, conversation: str) -> bool:
        """The sender is called for: whether somebody here has it in hand already."""
        departure = self._preparing.get(conversation)
        if departure is not None:
            departure.is_called = True
        return departure is not None

    @asynccontextmanager
    async def prepare(self, conversation: str) -> AsyncIterator[Departure]:
        """Around one transaction, and what follows its commit."""
        departure = Departure(conversation, self.sender, start=self.start)
        room = self.room()
        if conversation in self._preparing or not room:
            yield Departure(conversation)
            return
        self._preparing[conversation] = departure
        departure.claiming = asyncio.create_task(self._claim(conversation, room))
        try:
            if self.is_crowded():
                await asyncio.wait({departure.claiming}, timeout=READY_S)
            yield departure
        except BaseException:
            # The commit may stand all the same: whoever claims next finds what is true.
            await asyncio.shield(self._let_go(departure))
            raise
        finally:
            self._preparing.pop(conversation, None)
        await self._leave(departure)

    async def _leave(self, departure: Departure) -> None:
        if departure.has_left:
            return
        claim = await self._claimed(departure)
        if claim is not None and departure.is_called:
            self.start(claim, None)
        elif claim is not None:
            await self.lane.release(claim, forget_tries=True)
        elif departure.is_called:
            await self.lane.want(departure.conversation)

    async def _let_go(self, departure: Departure) -> None:
        if departure.has_left:
            return
        claim = await self._claimed(departure)
        try:
            if claim is not None:
                await self.lane.release(claim, again_at=epoch_ms(), forget_tries=True)
        except RedisUnavailable:
            # The lease ends by itself.
            return

    async def _claimed(self, departure: Departure) -> Claim | None:
        assert departure.claiming is not None
        try:
            return await departure.claiming
        except RedisUnavailable:
            # SQL has what is to leave; the sweep finds it.
            return None

    async def _claim(self, conversation: str, room: int) -> Claim | None:
        """The lane, if it is to be had at once and the rates allow a message now; both in one step of Redis."""
        page_id, rates = conversation.partition(":")[0], self.sender.rates
        if rates.slowed_ms(page_id):
            return None
        return await self.lane.take(conversation, *rates.buckets(page_id, conversation), room=room)
