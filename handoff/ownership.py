"""Who may speak: the states of a conversation's owner and the only moves between them. Knows no texts and no lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from bot.errors import IllegalMove, Refused
from bot.store import conversations
from bot.store.conversations import Conversation
from bot.store.database import Tx


class Owner(StrEnum):
    """Exactly one of these holds a conversation; there is no "nobody"."""

    BOT = "bot"
    WAITING = "waiting"  # a person was asked for and none has come yet: the assistant is silent
    AGENT = "agent"
    ELSEWHERE = "elsewhere"  # the Page Inbox or another app holds the thread

    @property
    def is_open(self) -> bool:
        """Whether people have something to do with it."""
        return self is not Owner.BOT


class Move(StrEnum):
    REQUEST = "request"  # the assistant asks for a person
    TAKE = "take"  # an agent takes what nobody of us holds, asked for or not
    ASSIGN = "assign"  # it is given to an agent, from whomever
    REQUEUE = "requeue"  # back among the waiting, perhaps for another department
    RETURN = "return"  # back to the assistant, which goes on where it stood
    CLOSE = "close"  # the matter is done; the assistant begins anew with the next message
    GO_ELSEWHERE = "go_elsewhere"  # somebody answered, or took the thread, outside this product


# Each row is one allowed move; what is not here is refused.
TABLE: Mapping[tuple[Owner, Move], Owner] = {
    (Owner.BOT, Move.REQUEST): Owner.WAITING,
    (Owner.BOT, Move.TAKE): Owner.AGENT,
    (Owner.BOT, Move.ASSIGN): Owner.AGENT,
    (Owner.BOT, Move.GO_ELSEWHERE): Owner.ELSEWHERE,
    (Owner.WAITING, Move.TAKE): Owner.AGENT,
    (Owner.WAITING, Move.ASSIGN): Owner.AGENT,
    (Owner.WAITING, Move.REQUEUE): Owner.WAITING,
    (Owner.WAITING, Move.RETURN): Owner.BOT,
    (Owner.WAITING, Move.CLOSE): Owner.BOT,
    (Owner.WAITING, Move.GO_ELSEWHERE): Owner.ELSEWHERE,
    (Owner.AGENT, Move.ASSIGN): Owner.AGENT,
    (Owner.AGENT, Move.REQUEUE): Owner.WAITING,
    (Owner.AGENT, Move.RETURN): Owner.BOT,
    (Owner.AGENT, Move.CLOSE): Owner.BOT,
    (Owner.AGENT, Move.GO_ELSEWHERE): Owner.ELSEWHERE,
    (Owner.ELSEWHERE, Move.TAKE): Owner.AGENT,
    (Owner.ELSEWHERE, Move.ASSIGN): Owner.AGENT,
    (Owner.ELSEWHERE, Move.REQUEUE): Owner.WAITING,
    (Owner.ELSEWHERE, Move.RETURN): Owner.BOT,
    (Owner.ELSEWHERE, Move.CLOSE): Owner.BOT,
}


class Overtaken(Refused):
    """Somebody else moved the conversation between our reading and our writing; read again and decide anew."""

    code = "overtaken"


def after(owner: Owner, move: Move) -> Owner:
    """The owner after `move`; raises IllegalMove where the table has no such row."""
    try:
        return TABLE[owner, move]
    except KeyError:
        raise IllegalMove(owner.value, move.value) from None


def allowed(owner: Owner) -> frozenset[Move]:
    """The moves that are open in this state, for whoever draws buttons."""
    return frozenset(move for state, move in TABLE if state is owner)


def move(
    tx: Tx,
    conversation: Conversation,
    move: Move,
    *,
    now: int,
    agent_id: int | None = None,
    department: str | None = None,
    reason: str | None = None,
) -> Conversation:
    """Carry out `move` on a conversation read in this transaction; it comes back as it now stands, one epoch later.

    Raises IllegalMove, and Overtaken when the epoch read is no longer the present one. From the commit on, rows that
    the assistant decided under the old epoch are refused by the outbox's fence.
    """
    owner = after(Owner(conversation.owner), move)
    values = _values(conversation, owner, now=now, agent_id=agent_id, department=department, reason=reason)
    if not conversations.move_owner(tx, conversation.id, conversation.epoch, **values):
        raise Overtaken(move.value)
    return replace(conversation, epoch=conversation.epoch + 1, **values)


def _values(
    conversation: Conversation,
    owner: Owner,
    *,
    now: int,
    agent_id: int | None,
    department: str | None,
    reason: str | None,
) -> dict[str, Any]:
    if owner is Owner.BOT:
        return {"owner": owner.value, "agent_id": None, "waiting_since": None, "department": None, "reason": None}
    values: dict[str, Any] = {
        "owner": owner.value,
        "department": department or conversation.department,
        "reason": reason or conversation.reason,
        "agent_id": agent_id if owner is Owner.AGENT else None,
        "waiting_since": None,
    }
    if owner is Owner.WAITING:
        # Moved to another department, the customer keeps the place that the wait so far has earned.
        values["waiting_since"] = conversation.waiting_since or now
    return values
