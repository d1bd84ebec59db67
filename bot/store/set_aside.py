"""Events that failed too often: kept whole, shown on the console, tried again or dropped with a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import set_aside


def add(
    tx: Tx, *, conversation_id: str, event_key: str, event: dict[str, Any], error: str, attempts: int, at: int
) -> None:
    """An event that was tried again and failed again is open again, with its newest error."""
    known = {"event": event, "error": error, "attempts": attempts, "at": at}
    if not insert_or_ignore(tx, set_aside, {"conversation_id": conversation_id, "event_key": event_key, **known}):
        reopened = {"settled_at": None, "settled_by": None, "settlement": None, "settlement_reason": None}
        tx.execute(update(set_aside).where(set_aside.c.event_key == event_key).values(**known, **reopened))


def open_ones(tx: Tx, limit: int = 200) -> list[dict[str, Any]]:
    rows = tx.execute(select(set_aside).where(set_aside.c.settled_at.is_(None)).order_by(set_aside.c.id).limit(limit))
    return [dict(row._mapping) for row in rows]


def settle(
    tx: Tx, id: int, *, settlement: str, by: int | None, at: int, reason: str | None = None
) -> dict[str, Any] | None:
    """Take one off the list as tried again or dropped; its row, or None when somebody was faster."""
    done = tx.execute(
        update(set_aside)
        .where(set_aside.c.id == id, set_aside.c.settled_at.is_(None))
        .values(settled_at=at, settled_by=by, settlement=settlement, settlement_reason=reason)
    )
    if done.rowcount == 0:
        return None
    row = tx.execute(select(set_aside).where(set_aside.c.id == id)).one()
    return dict(row._mapping)
