"""Notes: what agents write to each other beside a conversation; never sent to the customer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select

from bot.store.database import Tx
from bot.store.schema import notes


class Kind(StrEnum):
    NOTE = "note"
    QUESTION = "question"  # put to another department, which `department` names
    ANSWER = "answer"  # of that department
    REMINDER = "reminder"  # the agreed time of a question has passed
    TERM = "term"  # a complaint must be answered soon; the text is how many days are left
    ESCALATION = "escalation"  # the wait has passed its limit


# Who wrote what the product notes by itself.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    conversation_id: str
    agent_id: int
    text: str
    mentions: list[int]
    kind: str
    department: str | None
    at: int


_COLUMNS = [notes.c[name] for name in Note.__dataclass_fields__]


def add(
    tx: Tx,
    *,
    conversation_id: str,
    agent_id: int,
    text: str,
    mentions: list[int],
    at: int,
    kind: Kind = Kind.NOTE,
    department: str | None = None,
) -> int:
    """The new note's number. `mentions` are agents' numbers, `at` UTC milliseconds."""
    values = {"conversation_id": conversation_id, "agent_id": agent_id, "text": text, "mentions": mentions}
    key = tx.execute(insert(notes).values(**values, kind=kind.value, department=department, at=at)).inserted_primary_key
    assert key is not None
    return int(key[0])


def of_conversation(tx: Tx, conversation: str, since: int = 0) -> list[Note]:
    """Oldest first, from the instant `since` on."""
    query = select(*_COLUMNS).where(notes.c.conversation_id == conversation, notes.c.at >= since)
    return [Note(**row._mapping) for row in tx.execute(query.order_by(notes.c.id))]


def by_ids(tx: Tx, ids: list[int]) -> list[Note]:
    return [Note(**row._mapping) for row in tx.execute(select(*_COLUMNS).where(notes.c.id.in_(ids)))]
