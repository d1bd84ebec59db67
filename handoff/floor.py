"""The ground that all acts of the desk stand on: read a conversation, check who holds it, tell customer and consoles.

Used by the modules that `handoff/desk.py` composes, inside their transactions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from redis.asyncio import Redis

from bot.clock import Clock
from bot.dialogue.saying import Say
from bot.errors import ContentFault, Refused
from bot.language.errors import MarkupError
from bot.logs import logger
from bot.settings import Settings
from bot.store import agents, audit, conversations, timers
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Database, Tx
from bot.store.messages import Author
from bot.store.times import to_ms
from handoff.events import Event, Kind
from handoff.house import House
from handoff.ownership import Owner
from handoff.ports import Names, Voice
from handoff.told import Told

DEFAULT_DEPARTMENT = "obsluga"

log = logger("desk")


class NotYours(Refused):
    """Somebody else, or no agent, holds the conversation; `holder` is the agent who does."""

    code = "not_yours"

    def __init__(self, owner: str, holder: Agent | None = None) -> None:
        super().__init__(owner)
        self.owner = owner
        self.holder = holder


class NoSuchConversation(Refused):
    code = "no_such_conversation"


class NoSuchAgent(Refused):
    code = "no_such_agent"


async def nothing() -> None:
    """Wakes nobody."""


class Floor:
    def __init__(
        self,
        database: Database,
        redis: Redis,
        voice: Voice,
        settings: Settings,
        names: Names,
        clock: Clock,
        wake_timers: Callable[[], Awaitable[None]] = nothing,
    ) -> None:
        self.database = database
        self.redis = redis
        self.voice = voice
        self.settings = settings
        self.names = names
        self.clock = clock
        self.wake_timers = wake_timers
        self.house = House(names, settings.agent_hours)
        self.told = Told(redis)

    def now(self) -> int:
        return to_ms(self.clock())

    def find(self, tx: Tx, conversation: str) -> Conversation:
        """Raises NoSuchConversation: an id from a browser may be anything."""
        found = conversations.find(tx, conversation)
        if found is None:
            raise NoSuchConversation
        return found

    def held_by(self, tx: Tx, agent: Agent, conversation: str, *, or_supervised: bool = False) -> Conversation:
        """The conversation, which this agent holds; with `or_supervised` a supervisor may act on anybody's."""
        found = self.find(tx, conversation)
        if found.agent_id == agent.id:
            return found
        if or_supervised and agent.supervises and Owner(found.owner).is_open:
            return found
        raise self.not_yours(tx, found)

    def not_yours(self, tx: Tx, conversation: Conversation) -> NotYours:
        holder = agents.find(tx, conversation.agent_id) if conversation.agent_id else None
        return NotYours(conversation.owner, holder)

    def say(
        self, tx: Tx, conversation: Conversation, response: str, slots: Mapping[str, Any], id: str, now: int
    ) -> None:
        """Tell the customer something as the desk. A broken text is logged: it must not keep a person from coming."""
        self.house.look(tx)
        departments = self.names.section("departments")
        department = conversation.department if conversation.department in departments else DEFAULT_DEPARTMENT
        values = {"departments": departments, "department": department, **slots}
        try:
            queued = self.voice.say(tx, conversation, Say(response, values), id=id, author=Author.SYSTEM, now=now)
        except (ContentFault, MarkupError):
            log.exception("desk_text_broken", response=response, conversation=conversation.id)
            return
        self.told.messages(tx, conversation.id, [one.message_id for one in queued if one.message_id is not None])

    def tell_worker(self, tx: Tx, conversation: str, id: str, event: dict[str, Any], due_at: int) -> None:
        timers.set_timer(tx, id=id, conversation_id=conversation, event=event, due_at=due_at)
        tx.after_commit(self.wake_timers)

    def owner_changed(self, tx: Tx, conversation: Conversation, who: str, what: str, now: int) -> None:
        """On record for good, and on every open console."""
        audit.note(tx, at=now, who=who, what=what, subject=conversation.id, epoch=conversation.epoch)
        self.told.row_and_card(tx, conversation.id)
        self.told.tell(tx, Event(Kind.AGENT))


def top_frame(conversation: Conversation) -> Mapping[str, Any]:
    """The flow that is going on, as the dialogue's snapshot has it; empty when none is."""
    stack = (conversation.state or {}).get("stack") or []
    top: Mapping[str, Any] = stack[-1] if stack else {}
    return top
