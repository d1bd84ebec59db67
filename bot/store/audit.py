"""Who did what, when: written, never changed through the product; each row's hash holds that of the row before.

Whoever changes or removes a row behind the product's back breaks the chain there. Whoever can write the whole table
anew can also chain it anew: the newest hash, noted elsewhere from time to time, shows that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.engine import Row

from bot.store.database import Tx
from bot.store.schema import audit

# What the first row takes for the hash of the one before.
BEGINNING = "0" * 64
# PostgreSQL has many writers, and each row needs to know the one before: an advisory lock of this number, held from
# the transaction's last statement to its commit.
_LOCK = 0x44595A41
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken`: the id of the first row that does not fit the one before; `last`, `head`: the newest row's id, hash."""

    rows: int
    first: int | None
    last: int | None
    head: str | None
    broken: int | None
    noted_is_there: bool


def note(tx: Tx, *, at: int, who: str, what: str, subject: str | None = None, **details: Any) -> None:
    """`who`: agent:<id>, customer, bot or system. `details` hold ids and codes, never texts.

    Written at the end of the transaction.
    """
    row = {"at": at, "who": who, "what": what, "subject": subject, "details": _plain(details) or None}
    tx.at_the_end(lambda: _append(tx, row))


def verify(tx: Tx, noted: str | None = None) -> Verdict:
    """Follow the chain from the oldest row that is kept; `noted`: a hash that somebody wrote down earlier."""
    before: str | None = None
    rows, first, last, seen = 0, None, None, noted is None
    for row in _rows(tx):
        # What stood before the oldest is over its term.
        if row.hash is None or (before is not None and row.hash != link(before, row._asdict())):
            return Verdict(rows, first, last, before, int(row.id), seen)
        if first is None and row.id == 1 and row.hash != link(BEGINNING, row._asdict()):
            return Verdict(0, None, None, None, 1, seen)
        first = int(row.id) if first is None else first
        rows, last, before, seen = rows + 1, int(row.id), str(row.hash), seen or row.hash == noted
    return Verdict(rows, first, last, before, None, seen)


def link(before: str, row: Mapping[str, Any]) -> str:
    """The hash of a row behind one with the hash `before`."""
    values = [before, *(row[name] for name in ("at", "who", "what", "subject", "details"))]
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _append(tx: Tx, row: dict[str, Any]) -> None:
    if tx.is_postgresql:
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    before = tx.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
    tx.execute(insert(audit).values(**row, hash=link(before or BEGINNING, row)))


def _rows(tx: Tx) -> Iterator[Row[Any]]:
    after = -1
    while found := tx.execute(select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(_BATCH)).all():
        yield from found
        after = found[-1].id


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """As they will be read again: a tuple as a list, an enum as its value."""
    plain: dict[str, Any] = json.loads(json.dumps(details))
    return plain
