"""How many customers asked about what, by ten minutes; and where that rose above the usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.public_schema import rises
from bot.store.public_schema import subject_counts as counts
from bot.store.schema import messages


@dataclass(frozen=True, slots=True)
class Rise:
    """`customers` asked within the ten minutes from `slot` (UTC ms), where `usual` do; `weeks` as in the table."""

    id: int
    subject: str
    slot: int
    customers: int
    usual: float
    weeks: int
    at: int


_COLUMNS = [rises.c[name] for name in Rise.__dataclass_fields__]


def lately(tx: Tx, since: int, most: int) -> list[tuple[str, Mapping[str, Any] | None, int]]:
    """(conversation, understood, at) of what customers wrote since `since`, among the newest `most` messages."""
    newest = tx.scalar(select(func.max(messages.c.id))) or 0
    query = select(messages.c.conversation_id, messages.c.understood, messages.c.at).where(
        messages.c.id > newest - most, messages.c.at >= since, messages.c.author == "customer"
    )
    return [(str(row[0]), row[1], int(row[2])) for row in tx.execute(query)]


def keep(tx: Tx, slot: int, customers: Mapping[str, int]) -> None:
    """Note the counts of one slot; counted again, the larger stands: a flood may push its beginning out of sight."""
    for subject, number in sorted(customers.items()):
        values = {"subject": subject, "slot": slot, "customers": number}
        if not insert_or_ignore(tx, counts, values):
            mine = (counts.c.subject == subject, counts.c.slot == slot, counts.c.customers < number)
            tx.execute(update(counts).where(*mine).values(customers=number))


def sums(tx: Tx, slots: Sequence[int]) -> dict[str, int]:
    """Customers by subject, over these slots."""
    query = select(counts.c.subject, func.sum(counts.c.customers)).where(counts.c.slot.in_(slots))
    return {str(subject): int(total) for subject, total in tx.execute(query.group_by(counts.c.subject))}


def first_slot(tx: Tx) -> int | None:
    """Since when it is counted."""
    found: int | None = tx.scalar(select(func.min(counts.c.slot)))
    return found


def forget(tx: Tx, before: int) -> None:
    tx.execute(delete(counts).where(counts.c.slot < before))


def suggest(tx: Tx, *, subject: str, slot: int, customers: int, usual: float, weeks: int, at: int, quiet: int) -> bool:
    """Suggest an incident, unless this subject's last suggestion is younger than `quiet` (ms); it then grows."""
    last = tx.execute(
        select(rises.c.id, rises.c.settled_at)
        .where(rises.c.subject == subject, rises.c.at > at - quiet)
        .order_by(rises.c.at.desc())
        .limit(1)
    ).first()
    if last is None:
        values = {"subject": subject, "slot": slot, "customers": customers, "usual": usual, "weeks": weeks, "at": at}
        return insert_or_ignore(tx, rises, values)
    larger = (rises.c.id == last.id, rises.c.settled_at.is_(None), rises.c.customers < customers)
    return tx.execute(update(rises).where(*larger).values(customers=customers, slot=slot)).rowcount == 1


def open_ones(tx: Tx, since: int) -> list[Rise]:
    """What nobody has decided on since `since` (UTC ms), the largest first."""
    query = select(*_COLUMNS).where(rises.c.settled_at.is_(None), rises.c.at > since)
    return [Rise(**row._mapping) for row in tx.execute(query.order_by(rises.c.customers.desc()))]


def find(tx: Tx, id: int) -> Rise | None:
    row = tx.execute(select(*_COLUMNS).where(rises.c.id == id)).first()
    return None if row is None else Rise(**row._mapping)


def settle(tx: Tx, id: int, *, agent_id: int, now: int, incident_id: int | None = None) -> bool:
    """Somebody decided; False when somebody else had."""
    mine = (rises.c.id == id, rises.c.settled_at.is_(None))
    values = {"settled_at": now, "settled_by": agent_id, "incident_id": incident_id}
    return tx.execute(update(rises).where(*mine).values(**values)).rowcount == 1
