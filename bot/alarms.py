"""What needs a person of operations, read from the record whenever the metrics are asked for.

The workers know it first, but the record is one for all of them and outlives each.
"""

from __future__ import annotations

from sqlalchemy import func, select

from bot.errors import StoreUnavailable
from bot.metrics import ALARM, OUTBOX, SET_ASIDE_OPEN
from bot.store.database import Database, Tx
from bot.store.schema import outbox, page_stops, set_aside

_STATES = ("queued", "sending", "doubt")


async def look(database: Database) -> None:
    """Bring the gauges up to date; SQL away is an alarm of its own."""
    try:
        open_ones, stopped, waiting = await database.read(_count)
    except StoreUnavailable:
        ALARM.labels(what="sql_away").set(1)
        return
    ALARM.labels(what="sql_away").set(0)
    ALARM.labels(what="set_aside").set(1 if open_ones else 0)
    ALARM.labels(what="page_stopped").set(1 if stopped else 0)
    SET_ASIDE_OPEN.set(open_ones)
    for state in _STATES:
        OUTBOX.labels(state=state).set(waiting.get(state, 0))


def _count(tx: Tx) -> tuple[int, int, dict[str, int]]:
    """Events set aside and not settled, pages that may not send, messages that wait by state."""
    open_ones = tx.scalar(select(func.count()).select_from(set_aside).where(set_aside.c.settled_at.is_(None))) or 0
    stopped = tx.scalar(select(func.count()).select_from(page_stops)) or 0
    waiting = tx.execute(select(outbox.c.state, func.count().label("waiting")).group_by(outbox.c.state)).all()
    return open_ones, stopped, {row.state: int(row.waiting) for row in waiting}
