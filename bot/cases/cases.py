"""Opening and finding cases: each has a number that customers can read out, and is opened once per turn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update

from bot.cases.sealing import Sealer
from bot.clock import WARSAW
from bot.complaints.noticing import FLOW, case_settled, start_for_case
from bot.reports import ledger
from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import cases
from bot.store.times import from_ms, to_ms

# What stands before the year in a case's number. Claims: SK (komunikacyjna), SM (mieszkaniowa).
_PREFIXES = {"szkoda_komunikacyjna": "SK", "szkoda_mieszkaniowa": "SM", "reklamacja": "R", "kontakt": "K"}

# A complaint is answered within 30 days (art. 6 of the Act of 5 August 2015 on complaints), a claim is settled
# within 30 days of its report (art. 817 of the Civil Code).
_TERMS = {
    "reklamacja": timedelta(days=30),
    "szkoda_komunikacyjna": timedelta(days=30),
    "szkoda_mieszkaniowa": timedelta(days=30),
}


KINDS = tuple(_PREFIXES)


class State(StrEnum):
    """How far a case is; named for people in `case_states` of the texts."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITS = "waits"  # for something of the customer's
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Case:
    number: str
    kind: str
    department: str | None
    conversation_id: str
    state: str
    fields: dict[str, Any]
    due_at: int | None
    created_at: int


_COLUMNS = [cases.c[name] for name in Case.__dataclass_fields__]


def open_case(
    tx: Tx,
    *,
    turn_id: str,
    kind: str,
    department: str | None,
    conversation_id: str,
    fields: Mapping[str, Any],
    sensitive: Collection[str],
    sealer: Sealer,
    now: datetime,
) -> Case:
    """Open a case, or give back the one that this turn has already opened.

    Values of the `sensitive` fields are encrypted; what stays readable of them is the last four characters.
    """
    found = tx.execute(select(*_COLUMNS).where(cases.c.turn_id == turn_id)).first()
    if found is not None:
        return Case(**found._mapping)
    secret = {name: fields[name] for name in sensitive if fields.get(name) is not None}
    shown = {name: _masked(value) if name in secret else value for name, value in fields.items()}
    at = to_ms(now)
    term = _TERMS.get(kind)
    values = {
        "turn_id": turn_id,
        "kind": kind,
        "department": department,
        "conversation_id": conversation_id,
        "state": State.OPEN.value,
        "fields": shown,
        "sealed": sealer.seal(secret) if secret else None,
        "due_at": to_ms(now + term) if term else None,
        "created_at": at,
        "updated_at": at,
    }
    # Two workers of two conversations may choose the same number at once on PostgreSQL: the loser chooses again.
    while not insert_or_ignore(tx, cases, {**values, "number": _next_number(tx, kind, now)}):
        pass
    opened = Case(**tx.execute(select(*_COLUMNS).where(cases.c.turn_id == turn_id)).one()._mapping)
    return _with_clock(tx, opened, at) if kind == FLOW else opened


def _with_clock(tx: Tx, case: Case, now: int) -> Case:
    """A complaint's term runs from the message that complained, which may be older than its case."""
    due_at = start_for_case(tx, case.number, case.conversation_id, case.department, now)
    tx.execute(update(cases).where(cases.c.number == case.number).values(due_at=due_at))
    return replace(case, due_at=due_at)


def set_state(tx: Tx, number: str, state: State, now: datetime) -> None:
    tx.execute(update(cases).where(cases.c.number == number).values(state=state.value, updated_at=to_ms(now)))
    case_settled(tx, number, to_ms(now), settled=state in (State.DONE, State.WITHDRAWN))
    ledger.case_moved(tx, number, state.value, to_ms(now))


def set_field(tx: Tx, number: str, name: str, value: Any, *, sealer: Sealer | None, now: datetime) -> None:
    """Write one field of a case; with `sealer` the value is encrypted and only its last characters stay readable."""
    row = tx.execute(select(cases.c.fields, cases.c.sealed).where(cases.c.number == number)).one()
    values: dict[str, Any] = {"fields": {**row.fields, name: value}, "updated_at": to_ms(now)}
    if sealer is not None:
        secret = sealer.open(row.sealed) if row.sealed else {}
        values["sealed"] = sealer.seal({**secret, name: value})
        values["fields"] = {**row.fields, name: _masked(value)}
    tx.execute(update(cases).where(cases.c.number == number).values(**values))


def find_case(tx: Tx, number: str) -> Case | None:
    row = tx.execute(select(*_COLUMNS).where(cases.c.number == number)).first()
    return None if row is None else Case(**row._mapping)


def of_conversation(tx: Tx, conversation_id: str) -> list[Case]:
    rows = tx.execute(
        select(*_COLUMNS).where(cases.c.conversation_id == conversation_id).order_by(cases.c.created_at.desc())
    )
    return [Case(**row._mapping) for row in rows]


def due_day(case: Case) -> str | None:
    """The last day of the case's term in Poland, as an ISO date."""
    return None if case.due_at is None else from_ms(case.due_at).astimezone(WARSAW).date().isoformat()


def _next_number(tx: Tx, kind: str, now: datetime) -> str:
    prefix = f"{_PREFIXES.get(kind, 'S')}/{now.astimezone(WARSAW).year}/"
    last = tx.scalar(select(func.max(cases.c.number)).where(cases.c.number.startswith(prefix)))
    count = int(last.rsplit("/", 1)[1]) if last else 0
    return f"{prefix}{count + 1:06d}"


def _masked(value: Any) -> str:
    text = str(value)
    return "•" * max(0, len(text) - 4) + text[-4:]
