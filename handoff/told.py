"""Collects what a transaction changed for open consoles, and sends it once that transaction is committed.

One entry of the stream at a time: what is told while one is on its way goes out together, as the next.
"""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from bot.store import conversations, desk_queries
from bot.store.database import Tx
from handoff import events
from handoff.events import Event, Kind


class _Line:
    """Everything told in this process on its way to the stream, in its order."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._waiting: list[Event] = []
        self._sending = asyncio.Lock()

    async def send(self, happened: list[Event]) -> None:
        """Returns when `happened` is in the stream, or lost with Redis."""
        self._waiting += happened
        async with self._sending:
            # Else whoever was let in before has taken it along.
            if self._waiting:
                together, self._waiting = list(dict.fromkeys(self._waiting)), []
                await events.send(self.redis, together)


class _Batch:
    def __init__(self, line: _Line) -> None:
        self.line = line
        self.events: list[Event] = []

    async def __call__(self) -> None:
        await self.line.send(self.events)


class Told:
    """Used by `handoff/desk.py` alone, which is the only emitter of console events."""

    def __init__(self, redis: Redis) -> None:
        self._line = _Line(redis)

    def tell(self, tx: Tx, *changes: Event) -> None:
        """Everything that one transaction changed goes out together, as one entry of the stream."""
        batch = next((hook for hook in tx.hooks if isinstance(hook, _Batch)), None)
        if batch is None:
            batch = _Batch(self._line)
            tx.after_commit(batch)
        batch.events += [change for change in changes if change not in batch.events]

    async def now(self, *changes: Event) -> None:
        """What passes and is not stored: somebody types, somebody looks."""
        await self._line.send(list(changes))

    def row(self, tx: Tx, conversation: str) -> None:
        self.tell(tx, Event(Kind.ROW, conversation))

    def card(self, tx: Tx, conversation: str) -> None:
        self.tell(tx, Event(Kind.CARD, conversation))

    def row_and_card(self, tx: Tx, conversation: str) -> None:
        self.tell(tx, Event(Kind.ROW, conversation), Event(Kind.CARD, conversation))

    def messages(self, tx: Tx, conversation: str, ids: list[int], *, card: bool = False) -> None:
        """Messages came or changed; the conversation's line shows the newest, the card what the customer wants."""
        _show_newest(tx, conversation)
        self.tell(tx, Event(Kind.MESSAGE, conversation, tuple(ids)), Event(Kind.ROW, conversation))
        if card:
            self.tell(tx, Event(Kind.CARD, conversation))

    def turned(self, tx: Tx, conversation: str, ids: list[int]) -> None:
        """A turn of the assistant: as `messages`, its line written by whoever put the turn on record."""
        self.tell(tx, Event(Kind.MESSAGE, conversation, tuple(ids)), Event(Kind.ROW, conversation))
        self.tell(tx, Event(Kind.CARD, conversation))

    def queued(self, tx: Tx, conversation: str, outbox_ids: list[str]) -> None:
        """Something was just queued to the customer."""
        ids = [found for id in outbox_ids for found in desk_queries.message_ids_of(tx, outbox_id=id)]
        self.messages(tx, conversation, ids)


def _show_newest(tx: Tx, conversation: str) -> None:
    newest = desk_queries.newest_words(tx, conversation)
    if newest is not None:
        newest_line = conversations.line(newest.author, newest.text, newest.content, newest.at)
        conversations.change(tx, conversation, **newest_line)
