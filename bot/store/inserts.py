"""Insert-or-ignore, spelled for both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Tx


def insert_or_ignore(tx: Tx, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless a unique key of it is taken; True when it was inserted."""
    insert = postgresql.insert if tx.is_postgresql else sqlite.insert
    # Asked for the key rather than the count of rows, which psycopg does not tell here.
    key = table.primary_key.columns
    inserting = insert(table).values(**values).on_conflict_do_nothing().returning(*key)
    return tx.execute(inserting).first() is not None
