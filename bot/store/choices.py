"""What was chosen on the console instead of settings and files, by name: opening hours, departments, replies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import choices


def everything(tx: Tx) -> dict[str, Any]:
    """Name → value; a name that is not there is as the settings and the files say."""
    return {str(row.name): row.value for row in tx.execute(select(choices.c.name, choices.c.value))}


def put(tx: Tx, name: str, value: Any, *, agent_id: int, now: int) -> None:
    values = {"value": value, "agent_id": agent_id, "at": now}
    if not insert_or_ignore(tx, choices, {"name": name, **values}):
        tx.execute(choices.update().where(choices.c.name == name).values(**values))


def forget(tx: Tx, name: str) -> None:
    """As the settings and the files say again."""
    tx.execute(delete(choices).where(choices.c.name == name))
