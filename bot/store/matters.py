"""Rows of matters: what customers came with, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, desc, select, update

from bot.reports import cells
from bot.reports.matter import Matter, Outcome
from bot.store import tallies
from bot.store.database import Tx
from bot.store.schema import matters
from bot.store.statements import WHICH, insert_row

# A customer rarely has more than two going on; older ones are over.
RECENT = 6
_NAMES = tuple(Matter.__dataclass_fields__)
_COLUMNS = [matters.c[name] for name in _NAMES]
_RECENT = (
    select(*_COLUMNS).where(matters.c.conversation_id == bindparam(WHICH)).order_by(desc(matters.c.id)).limit(RECENT)
)
_UPDATE = update(matters).where(matters.c.id == bindparam(WHICH))


def recent(tx: Tx, conversation: str) -> list[Matter]:
    """The conversation's latest matters, newest first."""
    return [_matter(row) for row in tx.execute(_RECENT, {WHICH: conversation})]


def of_handoff(tx: Tx, handoff_id: int) -> Matter | None:
    row = tx.execute(select(*_COLUMNS).where(matters.c.handoff_id == handoff_id).limit(1)).first()
    return None if row is None else _matter(row)


def of_case(tx: Tx, number: str) -> Matter | None:
    row = tx.execute(select(*_COLUMNS).where(matters.c.case_number == number).limit(1)).first()
    return None if row is None else _matter(row)


def silent(tx: Tx, before: int, limit: int) -> list[Matter]:
    """Open matters that wait for the customer since `before` (UTC ms), oldest first."""
    query = select(*_COLUMNS).where(
        matters.c.outcome == Outcome.OPEN.value, matters.c.last_at < before, matters.c.with_person.is_(False)
    )
    return [_matter(row) for row in tx.execute(query.order_by(matters.c.last_at).limit(limit))]


def unanswered(
    tx: Tx, first: str, last: str, before: int, limit: int, department: str | None = None, subject: str | None = None
) -> list[Matter]:
    """Matters opened on these days with a message that nobody answered: over, or waiting since `before`."""
    # Few messages are owed an answer, and an index knows them: written so, SQLite does not go by days or outcomes.
    is_open = matters.c.outcome + "" == Outcome.OPEN.value
    where = [
        matters.c.pending_since > 0,
        (matters.c.day + "").between(first, last),
        ~is_open | (matters.c.pending_since < before),
    ]
    if department is not None:
        where.append(matters.c.department + "" == department)
    if subject is not None:
        where.append(matters.c.subject + "" == subject)
    query = select(*_COLUMNS).where(*where)
    return [_matter(row) for row in tx.execute(query.order_by(desc(matters.c.pending_since)).limit(limit))]


def every(tx: Tx, batch: int = 5_000) -> Iterator[Matter]:
    """All of them, in the order of their ids."""
    last = 0
    while rows := tx.execute(select(*_COLUMNS).where(matters.c.id > last).order_by(matters.c.id).limit(batch)).all():
        yield from (_matter(row) for row in rows)
        last = rows[-1].id


def save(tx: Tx, before: Matter | None, after: Matter) -> Matter:
    """Write a matter and what it changes in the sums; `before` is how it stands, None for a new one."""
    if before is not None and before == after:
        return after
    tallies.add(tx, cells.difference(cells.of_matter(before), cells.of_matter(after)))
    if before is None:
        key = insert_row(tx, matters, _values(after))
        return replace(after, id=key)
    assert before.id is not None
    changed = {name: value for name, value in _values(after).items() if value != getattr(before, name)}
    tx.execute(_UPDATE, {WHICH: before.id, **changed})
    return after


def _values(matter: Matter) -> dict[str, Any]:
    values = {name: getattr(matter, name) for name in _NAMES if name != "id"}
    return {**values, "steps": dict(matter.steps)}


def _matter(row: Any) -> Matter:
    return Matter(**row._mapping)
