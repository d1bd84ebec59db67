"""What the product tells itself, now or later; the worker puts due ones into the conversation's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import timers


@dataclass(frozen=True, slots=True)
class Timer:
    id: str
    conversation_id: str
    event: dict[str, Any]
    due_at: int


def set_timer(tx: Tx, *, id: str, conversation_id: str, event: dict[str, Any], due_at: int) -> None:
    """`id` is deterministic: set twice is set once. `event` has a `kind` that bot/intake/turns.py knows."""
    insert_or_ignore(tx, timers, {"id": id, "conversation_id": conversation_id, "event": event, "due_at": due_at})


def due(tx: Tx, now: int, limit: int = 500) -> list[Timer]:
    rows = tx.execute(select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(limit))
    return [Timer(**row._mapping) for row in rows]


def remove(tx: Tx, id: str) -> bool:
    """True when it was there: what it asked for has not been done yet."""
    return tx.execute(delete(timers).where(timers.c.id == id)).rowcount == 1


def cancel(tx: Tx, conversation: str, prefix: str) -> None:
    """Forget the conversation's timers whose id begins with `prefix`."""
    tx.execute(delete(timers).where(timers.c.conversation_id == conversation, timers.c.id.startswith(prefix)))
