"""One answer for everybody who asks the same at the same time: in an incident a thousand people write one sentence.

A turn is a function of the snapshot and the message. So while more turns are wanted than Rasa takes at once, or than
the worker gets through, a question that was answered a moment ago to somebody with the same snapshot is answered from
that, and one that is being answered is waited for instead of being asked again. Inside a flow, or where something is to
be done, everybody has their own.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.dialogue.client import RasaClient
from bot.dialogue.turns import Act, Dialogue, Input, Performer, Places, Turn
from bot.metrics import ALIKE
from bot.store.conversations import Conversation
from bot.store.customers import Customer

# Short: an answer may name an hour or a wait, and an incident goes on asking.
FRESH_S = 30.0
MOST_KEPT = 500


class SharedDialogue(Dialogue):
    """A dialogue that shares turns under pressure: when more than `room` are in progress, or `is_crowded` says so."""

    def __init__(
        self,
        client: RasaClient,
        performer: Performer,
        places: Places | None = None,
        *,
        room: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(client, performer, places)
        self.room, self.clock = room, clock
        # A worker's own: whether it has many conversations in hand.
        self.is_crowded: Callable[[], bool] = lambda: False
        self._in_progress = 0
        self._asking: dict[bytes, asyncio.Future[bytes | None]] = {}
        # The turns as bytes: everybody gets a copy of their own, and from them it is made soonest.
        self._answered: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        # Conversations whose turn in progress had something looked up: its answer is theirs alone.
        self._looked_up: set[str] = set()

    async def take_turn(
        self, conversation: Conversation, customer: Customer, given: Input, *, taken_before: bool
    ) -> Turn:
        key = None if taken_before else _question(conversation, customer, given)
        if key is not None and (self._in_progress >= self.room or self.is_crowded()):
            shared = await self._shared(key)
            if shared is not None:
                ALIKE.inc()
                copied: Turn = pickle.loads(shared)  # noqa: S301 – of our own making, and never left this process
                return copied
        self._in_progress += 1
        coming = self._announce(key)
        turn: Turn | None = None
        try:
            turn = await super().take_turn(conversation, customer, given, taken_before=taken_before)
            return turn
        finally:
            self._in_progress -= 1
            personal = conversation.id in self._looked_up
            self._looked_up.discard(conversation.id)
            self._keep(key, coming, None if personal else turn)

    async def _result(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> dict[str, Any]:
        self._looked_up.add(conversation.id)
        return await super()._result(act, conversation, customer, now)

    async def _shared(self, key: bytes) -> bytes | None:
        """The answer given a moment ago, or the one that is being given now; None when it is not to be shared."""
        found = self._answered.get(key)
        if found is not None and self.clock() - found[0] < FRESH_S:
            return found[1]
        asked = self._asking.get(key)
        return None if asked is None else await asyncio.shield(asked)

    def _announce(self, key: bytes | None) -> asyncio.Future[bytes | None] | None:
        if key is None or key in self._asking:
            return None
        coming: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._asking[key] = coming
        return coming

    def _keep(self, key: bytes | None, coming: asyncio.Future[bytes | None] | None, turn: Turn | None) -> None:
        wanted = key is not None and turn is not None and _concerns_all(turn)
        shared = pickle.dumps(turn) if wanted else None
        if key is not None and shared is not None:
            self._answered[key] = (self.clock(), shared)
            self._answered.move_to_end(key)
            while len(self._answered) > MOST_KEPT:
                self._answered.popitem(last=False)
        if key is not None and coming is not None:
            del self._asking[key]
            coming.set_result(shared)


def _question(conversation: Conversation, customer: Customer, given: Input) -> bytes | None:
    """What must be alike for one answer to do for two customers; None for what belongs to one customer alone."""
    if given.command is not None or given.event is not None or given.attachments or _in_a_flow(conversation.state):
        return None
    words = " ".join(given.text.casefold().split())
    alike = [words, conversation.page_id, conversation.state, customer.known]
    return orjson.dumps(alike, option=orjson.OPT_SORT_KEYS) if words else None


def _concerns_all(turn: Turn) -> bool:
    return bool(turn.says) and not turn.acts and not _in_a_flow(turn.state)


def _in_a_flow(state: Mapping[str, Any] | None) -> bool:
    return bool((state or {}).get("stack"))
