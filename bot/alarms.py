"""What needs a person of operations, read from the record whenever the metrics are asked for.

The workers know it first, but the record is one for all of them and outlives each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.clock import epoch_ms
from bot.errors import StoreUnavailable
from bot.metrics import ALARM, OUTBOX, OUTBOX_AGE, OWNERS, SET_ASIDE_OPEN, WAITING_LONGEST
from bot.store.database import Database, Tx
from bot.store.schema import conversations, outbox, page_stops, set_aside

_STATES = ("queued", "sending", "doubt")
# The assistant's own are most of all that ever were: not counted, as nobody waits in them.
_OWNERS = ("waiting", "agent", "elsewhere")


@dataclass(frozen=True, slots=True)
class Record:
    """What the record says. Instants are UTC ms, or None where there is nothing to be old."""

    set_aside: int  # events set aside and not settled
    stopped: int  # pages that may not send
    outbox: Mapping[str, int]  # state → messages
    outbox_since: int | None
    owners: Mapping[str, int]  # owner → conversations
    waiting_since: int | None


async def look(database: Database) -> None:
    """Bring the gauges up to date; SQL away, or not as this version needs it, is an alarm of its own."""
    try:
        found = await database.read(_count)
    except (StoreUnavailable, DBAPIError):
        # A table that is not as it should be is as bad as none.
        ALARM.labels(what="sql_away").set(1)
        return
    now = epoch_ms()
    ALARM.labels(what="sql_away").set(0)
    ALARM.labels(what="set_aside").set(1 if found.set_aside else 0)
    ALARM.labels(what="page_stopped").set(1 if found.stopped else 0)
    SET_ASIDE_OPEN.set(found.set_aside)
    for state in _STATES:
        OUTBOX.labels(state=state).set(found.outbox.get(state, 0))
    for owner in _OWNERS:
        OWNERS.labels(owner=owner).set(found.owners.get(owner, 0))
    OUTBOX_AGE.set(_age(found.outbox_since, now))
    WAITING_LONGEST.set(_age(found.waiting_since, now))


def _age(since: int | None, now: int) -> float:
    """Seconds, never below nought: clocks of two machines differ."""
    return 0.0 if since is None else max(0, now - since) / 1000


def _count(tx: Tx) -> Record:
    open_ones = tx.scalar(select(func.count()).select_from(set_aside).where(set_aside.c.settled_at.is_(None))) or 0
    stopped = tx.scalar(select(func.count()).select_from(page_stops)) or 0
    count, leaving, waiting = func.count(), func.min(outbox.c.created_at), func.min(conversations.c.waiting_since)
    by_state = tx.execute(select(outbox.c.state, count, leaving).group_by(outbox.c.state)).all()
    owned = select(conversations.c.owner, count, waiting).where(conversations.c.owner.in_(_OWNERS))
    by_owner = tx.execute(owned.group_by(conversations.c.owner)).all()
    return Record(
        set_aside=open_ones,
        stopped=stopped,
        outbox={state: int(many) for state, many, _ in by_state},
        outbox_since=min((since for *_, since in by_state), default=None),
        owners={owner: int(many) for owner, many, _ in by_owner},
        waiting_since=next((since for owner, _, since in by_owner if owner == "waiting"), None),
    )
