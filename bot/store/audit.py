"""Who did what, when: written, never changed through the product."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from bot.store.database import Tx
from bot.store.schema import audit


def note(tx: Tx, *, at: int, who: str, what: str, subject: str | None = None, **details: Any) -> None:
    """`who`: agent:<id>, customer, bot or system. `details` hold ids and codes, never texts."""
    tx.execute(insert(audit).values(at=at, who=who, what=what, subject=subject, details=details or None))
