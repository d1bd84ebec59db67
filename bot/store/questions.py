"""Questions that agents put to other departments while they keep the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update

from bot.store.database import Tx
from bot.store.schema import questions


class Settlement(StrEnum):
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # who asked needs no answer any more


@dataclass(frozen=True, slots=True)
class Question:
    """Instants are UTC milliseconds; `due_at` is the time by which an answer was agreed."""

    id: int
    conversation_id: str
    agent_id: int
    department: str
    text: str
    asked_at: int
    due_at: int
    reminded_at: int | None
    settled_at: int | None
    settled_by: int | None
    settlement: str | None


_COLUMNS = [questions.c[name] for name in Question.__dataclass_fields__]
_OPEN = questions.c.settled_at.is_(None)


def ask(tx: Tx, *, conversation_id: str, agent_id: int, department: str, text: str, asked_at: int, due_at: int) -> int:
    """The new question's number; instants are UTC milliseconds."""
    key = tx.execute(
        insert(questions).values(
            conversation_id=conversation_id,
            agent_id=agent_id,
            department=department,
            text=text,
            asked_at=asked_at,
            due_at=due_at,
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def find(tx: Tx, id: int) -> Question | None:
    row = tx.execute(select(*_COLUMNS).where(questions.c.id == id)).first()
    return None if row is None else Question(**row._mapping)


def open_of(tx: Tx, conversation: str) -> list[Question]:
    """What waits for an answer in this conversation, the soonest due first."""
    query = select(*_COLUMNS).where(questions.c.conversation_id == conversation, _OPEN)
    return [Question(**row._mapping) for row in tx.execute(query.order_by(questions.c.due_at, questions.c.id))]


def settle(tx: Tx, id: int, settlement: Settlement, *, by: int, now: int) -> bool:
    """False when somebody was faster."""
    done = tx.execute(
        update(questions)
        .where(questions.c.id == id, _OPEN)
        .values(settled_at=now, settled_by=by, settlement=settlement.value)
    )
    return done.rowcount == 1


def settle_all(tx: Tx, conversation: str, *, now: int) -> None:
    """The conversation is over: nobody waits for these answers."""
    tx.execute(
        update(questions)
        .where(questions.c.conversation_id == conversation, _OPEN)
        .values(settled_at=now, settlement=Settlement.WITHDRAWN.value)
    )


def reminded(tx: Tx, id: int, now: int) -> None:
    tx.execute(update(questions).where(questions.c.id == id).values(reminded_at=now))
