"""Insert-or-ignore, spelled for both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from bot.store.database import Tx
from bot.store.statements import insert_row


def insert_or_ignore(tx: Tx, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless a unique key of it is taken; True when it was inserted."""
    return insert_row(tx, table, values) is not None
