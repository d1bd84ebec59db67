"""Complaints: each with its kinds, its department and the day by which the law wants it answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, select, update

from bot.store import timers
from bot.store.database import Tx
from bot.store.erasure import COMPLAINT_TIMER
from bot.store.schema import complaints


class Settlement(StrEnum):
    ANSWERED = "answered"  # its case is done or withdrawn
    DISMISSED = "dismissed"  # a person found that it is no complaint


@dataclass(frozen=True, slots=True)
class Complaint:
    """Instants are UTC ms. `case_number`: the case that it became, once somebody decided that it is one."""

    id: int
    conversation_id: str
    message_id: int | None
    kinds: list[str]
    department: str
    at: int
    due_at: int
    extended_at: int | None
    case_number: str | None
    settled_at: int | None
    settlement: str | None


_COLUMNS = [complaints.c[name] for name in Complaint.__dataclass_fields__]
_IS_OPEN = complaints.c.settled_at.is_(None)


def start(
    tx: Tx,
    *,
    conversation_id: str,
    message_id: int | None,
    kinds: Collection[str],
    department: str,
    at: int,
    due_at: int,
    case_number: str | None = None,
) -> int:
    """The new complaint's number. `due_at` is the end of the statutory term; instants are UTC milliseconds."""
    key = tx.execute(
        insert(complaints).values(
            conversation_id=conversation_id,
            message_id=message_id,
            kinds=sorted(kinds),
            department=department,
            at=at,
            due_at=due_at,
            case_number=case_number,
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def find(tx: Tx, id: int) -> Complaint | None:
    return _one(tx, select(*_COLUMNS).where(complaints.c.id == id))


def of_case(tx: Tx, number: str) -> Complaint | None:
    return _one(tx, select(*_COLUMNS).where(complaints.c.case_number == number))


def undecided_of(tx: Tx, conversation_id: str) -> Complaint | None:
    """The complaint of this conversation of which nobody has decided yet whether it is one: the oldest."""
    query = select(*_COLUMNS).where(
        complaints.c.conversation_id == conversation_id, _IS_OPEN, complaints.c.case_number.is_(None)
    )
    return _one(tx, query.order_by(complaints.c.id).limit(1))


def open_of(tx: Tx, conversation_ids: Collection[str]) -> list[Complaint]:
    """Unsettled ones, the first to run out first."""
    query = select(*_COLUMNS).where(complaints.c.conversation_id.in_(conversation_ids), _IS_OPEN)
    return [Complaint(**row._mapping) for row in tx.execute(query.order_by(complaints.c.due_at, complaints.c.id))]


def conversations_with_open() -> Select[Any]:
    """The ids of conversations with an unsettled complaint, for a list."""
    return select(complaints.c.conversation_id).where(_IS_OPEN)


def earliest_due(conversation_id: ColumnElement[str]) -> Select[Any]:
    """When the first of a conversation's unsettled complaints runs out, to order a list by."""
    of_it = and_(complaints.c.conversation_id == conversation_id, _IS_OPEN)
    return select(complaints.c.due_at).where(of_it).order_by(complaints.c.due_at).limit(1)


def count_open(tx: Tx) -> int:
    """In how many conversations."""
    return len(set(tx.scalars(conversations_with_open())))


def add_kinds(tx: Tx, complaint: Complaint, kinds: Collection[str]) -> bool:
    """The customer complains on: one matter, one clock. True when a kind is new."""
    together = sorted({*complaint.kinds, *kinds})
    if together == sorted(complaint.kinds):
        return False
    tx.execute(update(complaints).where(complaints.c.id == complaint.id).values(kinds=together))
    return True


def become_case(tx: Tx, id: int, number: str) -> None:
    tx.execute(update(complaints).where(complaints.c.id == id).values(case_number=number))


def extend(tx: Tx, id: int, due_at: int, now: int) -> bool:
    """The longer term, once; False when it has it already or is settled."""
    changed = tx.execute(
        update(complaints)
        .where(complaints.c.id == id, _IS_OPEN, complaints.c.extended_at.is_(None))
        .values(due_at=due_at, extended_at=now)
    )
    return changed.rowcount == 1


def settle(tx: Tx, id: int, settlement: Settlement, *, by: int | None, now: int) -> bool:
    """False when that was done before."""
    changed = tx.execute(
        update(complaints)
        .where(complaints.c.id == id, _IS_OPEN)
        .values(settled_at=now, settled_by=by, settlement=settlement.value)
    )
    return changed.rowcount == 1


def reopen(tx: Tx, id: int) -> None:
    tx.execute(
        update(complaints).where(complaints.c.id == id).values(settled_at=None, settled_by=None, settlement=None)
    )


def remind(tx: Tx, id: int, conversation_id: str, due_at: int, instants: Collection[int]) -> None:
    """Timers for the desk at `instants`; each names the term it was set for, so that one of an old term is known."""
    for n, at in enumerate(sorted(instants)):
        event = {"kind": "desk", "what": "complaint_term", "complaint": id, "due_at": due_at}
        key = f"{COMPLAINT_TIMER}{id}:{due_at}:{n}"
        timers.set_timer(tx, id=key, conversation_id=conversation_id, event=event, due_at=at)


def _one(tx: Tx, query: Select[Any]) -> Complaint | None:
    row = tx.execute(query).first()
    return None if row is None else Complaint(**row._mapping)
