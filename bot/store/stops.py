"""Pages that may not send at present: their token is dead, or the platform has restricted them."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import delete, func, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import page_stops


class Stop(Enum):
    """Whether a page may send."""

    NONE = "none"
    TRYING = "trying"  # it is stopped, and this message may find out whether it still is
    STOPPED = "stopped"


def stop(tx: Tx, page_id: str, code: str, now: int, until: int) -> None:
    """Nothing leaves the page until then (UTC ms)."""
    if not insert_or_ignore(tx, page_stops, {"page_id": page_id, "code": code, "at": now, "until": until}):
        tx.execute(update(page_stops).where(page_stops.c.page_id == page_id).values(code=code, until=until))


def look(tx: Tx, page_id: str, rests_until: int | None, now: int, next_try: int) -> Stop:
    """One message of a page whose rest is over may try, and the next one at `next_try` unless it succeeds.

    `rests_until`: as `outbox.next_to_send` found it; None where the page is not stopped.
    """
    if rests_until is None:
        return Stop.NONE
    if rests_until > now:
        return Stop.STOPPED
    moved = tx.execute(
        update(page_stops)
        .where(page_stops.c.page_id == page_id, func.coalesce(page_stops.c.until, page_stops.c.at) == rests_until)
        .values(until=next_try)
    )
    return Stop.TRYING if moved.rowcount == 1 else Stop.STOPPED


def resume(tx: Tx, page_id: str, now: int) -> bool:
    """Let the page try now (UTC ms), not only when its rest is over; False where it is not stopped.

    One message tries: should the page be stopped still, nothing else left.
    """
    let = tx.execute(update(page_stops).where(page_stops.c.page_id == page_id).values(until=now))
    return let.rowcount == 1


def lift(tx: Tx, page_id: str) -> None:
    tx.execute(delete(page_stops).where(page_stops.c.page_id == page_id))
