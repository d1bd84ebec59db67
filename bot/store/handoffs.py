"""Handoffs: each time a person was asked for or stepped in, until the conversation was given back or closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import desc, func, insert, select, update

from bot.reports import ledger
from bot.store.database import Tx
from bot.store.schema import conversations, handoffs
from bot.store.statements import WHICH, rows_where

# Whose customers are in danger: first in every list, and told whom to call.
URGENT_REASONS = frozenset({"ranni", "zagrozenie", "kryzys"})


class Ending(StrEnum):
    RETURNED = "returned"  # to the assistant
    CLOSED = "closed"  # the matter is done
    ABANDONED = "abandoned"  # nobody came and the customer no longer wants
    ELSEWHERE = "elsewhere"  # answered outside this product


@dataclass(frozen=True, slots=True)
class Handoff:
    id: int
    conversation_id: str
    reason: str
    detail: str | None
    department: str | None
    flow: str | None
    step: str | None
    requested_at: int
    accepted_at: int | None
    first_answer_at: int | None
    agent_id: int | None
    ended_at: int | None
    ending: str | None
    promised: dict[str, Any] | None
    edits: dict[str, Any] | None
    asked: str | None
    rating: str | None
    rating_comment: str | None
    rating_asked_at: int | None
    rated_at: int | None
    escalated_at: int | None


_COLUMNS = [handoffs.c[name] for name in Handoff.__dataclass_fields__]
_LAST_ENDED = (
    rows_where(_COLUMNS, handoffs.c.conversation_id)
    .where(handoffs.c.ended_at.is_not(None))
    .order_by(desc(handoffs.c.ended_at), desc(handoffs.c.id))
    .limit(1)
)
# What the reports count; they are told here, so that no act of the desk can forget to.
_COUNTED = frozenset({"reason", "department", "accepted_at", "first_answer_at", "agent_id", "rating"})


def start(tx: Tx, **values: Any) -> int:
    key = tx.execute(insert(handoffs).values(**values)).inserted_primary_key
    assert key is not None
    begun = find(tx, int(key[0]))
    assert begun is not None
    ledger.handoff_changed(tx, None, begun)
    return begun.id


def find(tx: Tx, id: int) -> Handoff | None:
    row = tx.execute(select(*_COLUMNS).where(handoffs.c.id == id)).first()
    return None if row is None else Handoff(**row._mapping)


def open_of(tx: Tx, conversation: str) -> Handoff | None:
    """The handoff that is going on in this conversation."""
    query = (
        select(*_COLUMNS)
        .where(handoffs.c.conversation_id == conversation, handoffs.c.ended_at.is_(None))
        .order_by(desc(handoffs.c.id))
        .limit(1)
    )
    row = tx.execute(query).first()
    return None if row is None else Handoff(**row._mapping)


def of_conversation(tx: Tx, conversation: str, limit: int = 20) -> list[Handoff]:
    """Newest first."""
    query = select(*_COLUMNS).where(handoffs.c.conversation_id == conversation)
    return [Handoff(**row._mapping) for row in tx.execute(query.order_by(desc(handoffs.c.id)).limit(limit))]


def change(tx: Tx, id: int, **values: Any) -> None:
    before = find(tx, id) if _COUNTED & values.keys() else None
    tx.execute(update(handoffs).where(handoffs.c.id == id).values(**values))
    if before is not None:
        ledger.handoff_changed(tx, before, replace(before, **values))


def end(tx: Tx, conversation: str, ending: Ending, now: int) -> None:
    going_on = handoffs.c.conversation_id == conversation, handoffs.c.ended_at.is_(None)
    open_ones = [Handoff(**row._mapping) for row in tx.execute(select(*_COLUMNS).where(*going_on))]
    tx.execute(update(handoffs).where(*going_on).values(ended_at=now, ending=ending.value))
    for before in open_ones:
        ledger.handoff_changed(tx, before, replace(before, ended_at=now, ending=ending.value))


def last_ended(tx: Tx, conversation: str) -> Handoff | None:
    """The handoff that was given back or closed last: the one a rating is about."""
    row = tx.execute(_LAST_ENDED, {WHICH: conversation}).first()
    return None if row is None else Handoff(**row._mapping)


def rating_asked_last(tx: Tx, conversation: str) -> int | None:
    """When this customer was last asked to rate the help."""
    query = select(func.max(handoffs.c.rating_asked_at)).where(handoffs.c.conversation_id == conversation)
    found = tx.scalar(query)
    return None if found is None else int(found)


def waits_since(tx: Tx, since: int, limit: int = 40) -> list[int]:
    """How long, in ms, those waited whom an agent accepted after `since`; newest first, taken unasked left out."""
    query = (
        select(handoffs.c.accepted_at - handoffs.c.requested_at)
        .where(handoffs.c.accepted_at >= since, handoffs.c.accepted_at > handoffs.c.requested_at)
        .order_by(desc(handoffs.c.accepted_at))
        .limit(limit)
    )
    return [int(wait) for wait in tx.scalars(query)]


def place(tx: Tx, waiting_since: int, department: str | None) -> int:
    """One more than the number of those who have been waiting longer for the same department."""
    query = (
        select(func.count())
        .select_from(conversations)
        .where(conversations.c.owner == "waiting", conversations.c.waiting_since < waiting_since)
    )
    if department is not None:
        query = query.where((conversations.c.department == department) | conversations.c.department.is_(None))
    return 1 + (tx.scalar(query) or 0)


def oldest_waiting_since(tx: Tx) -> int | None:
    found = tx.scalar(select(func.min(conversations.c.waiting_since)).where(conversations.c.owner == "waiting"))
    return None if found is None else int(found)
