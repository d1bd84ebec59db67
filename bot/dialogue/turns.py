"""One turn of the dialogue, from what the customer sent to what is to be said and done.

A turn is a function of the snapshot in SQL and the message: asked again after a crash, it gives the same answer. Acts
that the dialogue waits for are performed here, once per turn, and their results go back to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.clock import WARSAW
from bot.dialogue.client import RasaClient
from bot.dialogue.saying import Say, say_from_wire
from bot.errors import CrmUnavailable, RasaUnavailable
from bot.store.conversations import Conversation
from bot.store.customers import Customer

# An act whose result leads to an act, and so on: more than the deepest flow needs, so that a loop in a flow ends.
MOST_ACTS_AWAITED = 6

# The message that carries an internal event; only we may send it, because a customer's leading slash is taken away.
EVENT_MESSAGE = "/zdarzenie"
ATTACHMENT_MESSAGE = "[zalacznik]"
_SLASHES = re.compile(r"^[/\s]+")

# Rasa's channel, its tokens and its tracker are not made for a book. The engine is told the length that was written.
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Input:
    """What the customer sent, or an internal event. `turn_id` is the event's key: the same at every delivery."""

    turn_id: str
    at: datetime
    text: str = ""
    command: Mapping[str, Any] | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    event: Mapping[str, Any] | None = None

    def message(self) -> str:
        if self.event is not None:
            return EVENT_MESSAGE
        # "/ /restart" would still be Rasa's own syntax with only its first slash gone.
        text = _SLASHES.sub("", self.text.strip()[:LONGEST_TEXT]).strip()
        return text or ATTACHMENT_MESSAGE


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done. `turn_id` names it for ever: done twice, it has one effect."""

    name: str
    args: Mapping[str, Any]
    turn_id: str


@dataclass(slots=True)
class Turn:
    """The outcome: what to say in order, what to do in the worker's transaction, and the new snapshot."""

    says: list[Say] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    understood: dict[str, Any] | None = None


class Performer(Protocol):
    """Carries out the acts that the dialogue waits for."""

    async def perform(
        self, act: Act, conversation: Conversation, customer: Customer, now: datetime
    ) -> Mapping[str, Any]:
        """The slots that the act's result fills. Raises Unavailable when it cannot be had now."""


class Places(Protocol):
    """Which servers answer which conversation, where several editions of the content are in service."""

    def urls_of(self, snapshot: Mapping[str, Any] | None) -> Sequence[str]:
        """The servers for the conversation with this snapshot."""

    def moves(self, snapshot: Mapping[str, Any] | None) -> bool:
        """Whether these servers run other flows than those that made the snapshot."""


class Dialogue:
    def __init__(self, client: RasaClient, performer: Performer, places: Places | None = None) -> None:
        self.client = client
        self.performer = performer
        self.places = places

    def moves(self, conversation: Conversation) -> bool:
        """Whether the conversation goes on under other flows than those of its last turn."""
        return self.places is not None and self.places.moves(conversation.state)

    async def take_turn(
        self, conversation: Conversation, customer: Customer, given: Input, *, taken_before: bool
    ) -> Turn:
        """`taken_before`: this turn may have reached Rasa already; its answer is then looked for first."""
        turn = Turn(state=conversation.state or {})
        metadata = self._metadata(given, conversation.state, customer)
        urls = self.places.urls_of(conversation.state) if self.places else None
        items = await self._ask(conversation, given.message(), metadata, taken_before, urls)
        for _ in range(MOST_ACTS_AWAITED):
            awaited = self._collect(items, turn, metadata["mid"])
            if awaited is None:
                return turn
            result = await self._result(awaited, conversation, customer, given.at)
            metadata = {
                **metadata,
                "mid": f"{awaited.turn_id}>",
                "restore": turn.state,
                "event": result,
                "command": None,
            }
            metadata["attachments"] = []
            items = await self._ask(conversation, EVENT_MESSAGE, metadata, taken_before, urls)
        raise RasaUnavailable(code="acts_without_end")

    async def _result(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> dict[str, Any]:
        """The event that brings an act's result back; of an act that cannot be done now, that it failed."""
        try:
            slots = await self.performer.perform(act, conversation, customer, now)
        except CrmUnavailable as error:
            return {"kind": "result", "act": act.name, "error": error.code}
        return {"kind": "result", "act": act.name, "slots": dict(slots)}

    @staticmethod
    def _metadata(given: Input, state: Mapping[str, Any] | None, customer: Customer) -> dict[str, Any]:
        return {
            "mid": given.turn_id,
            "now": given.at.astimezone(WARSAW).isoformat(),
            "command": given.command,
            "attachments": list(given.attachments),
            "known": customer.known or {},
            "restore": state,
            "event": given.event,
            "length": len(given.text),
        }

    async def _ask(
        self,
        conversation: Conversation,
        message: str,
        metadata: Mapping[str, Any],
        taken_before: bool,
        urls: Sequence[str] | None,
    ) -> list[dict[str, Any]]:
        if taken_before:
            found = await self.client.taken_before(conversation.id, conversation.session_no, metadata["mid"], urls)
            if found is not None:
                return found
        return await self.client.turn(conversation.id, conversation.session_no, message, metadata, urls)

    @staticmethod
    def _collect(items: Sequence[Mapping[str, Any]], turn: Turn, mid: str) -> Act | None:
        """Take the answer's items into `turn`; the act whose result the dialogue waits for, if it does."""
        awaited = None
        for n, item in enumerate(items):
            if "say" in item:
                turn.says.append(say_from_wire(item))
            elif "act" in item:
                act = Act(item["act"], item.get("args") or {}, f"{mid}/{n}")
                if item.get("awaits"):
                    awaited = act
                else:
                    turn.acts.append(act)
            elif "state" in item:
                turn.state = item["state"]
                turn.understood = item.get("understood") or turn.understood
        return awaited
