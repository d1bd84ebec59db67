"""Sums of the reports: entries are added as things happen, and gathered into sums a little later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Subquery, delete, func, insert, select, union_all

from bot.reports.cells import Cell
from bot.store.database import Tx
from bot.store.schema import tallies, tally_entries

GATHERED_AT_ONCE = 5_000
_KEY = Cell._fields
# All of a cell but its day.
KIND = ("measure", "department", "subject", "detail")
_INSERT = insert(tally_entries)


def add(tx: Tx, sums: Mapping[Cell, int]) -> None:
    """Add to the sums, in the transaction of what is counted. Inserts only: nobody waits for another's row."""
    rows = [{**cell._asdict(), "n": n} for cell, n in sums.items() if n]
    if rows:
        tx.execute(_INSERT, rows)


def gather(tx: Tx) -> int:
    """Move up to GATHERED_AT_ONCE entries into the sums; how many there were."""
    oldest = select(tally_entries.c.id).order_by(tally_entries.c.id).limit(GATHERED_AT_ONCE)
    columns = [tally_entries.c[name] for name in _KEY]
    # Deleted and counted in one statement: what two workers gather at once is counted by one of them.
    gone = tx.execute(
        delete(tally_entries).where(tally_entries.c.id.in_(oldest)).returning(*columns, tally_entries.c.n)
    ).all()
    sums: Counter[Cell] = Counter()
    for row in gone:
        sums[Cell(*row[:5])] += row.n
    put(tx, sums)
    return len(gone)


def put(tx: Tx, sums: Mapping[Cell, int]) -> None:
    """Add straight to the sums, in an order that is the same for everybody."""
    rows = [{**cell._asdict(), "n": n} for cell, n in sorted(sums.items()) if n]
    if not rows:
        return
    if tx.is_postgresql:
        from sqlalchemy.dialects import postgresql as dialect
    else:
        from sqlalchemy.dialects import sqlite as dialect  # type: ignore[no-redef]
    adding = dialect.insert(tallies)
    tx.execute(
        adding.on_conflict_do_update(index_elements=list(_KEY), set_={"n": tallies.c.n + adding.excluded.n}), rows
    )


def clear(tx: Tx) -> None:
    """Forget every sum; for counting everything anew."""
    tx.execute(delete(tally_entries))
    tx.execute(delete(tallies))


def read(
    tx: Tx,
    first: str,
    last: str,
    measures: Collection[str],
    *,
    keep: Collection[str] = KIND,
    department: str | None = None,
    subject: str | None = None,
) -> list[tuple[Cell, int]]:
    """Sums over the days from `first` to `last`, apart by what is to be kept of a cell; the rest of it is empty."""
    both = _both(first, last, measures, department, subject)
    names = [name for name in _KEY if name in keep]
    columns = [both.c[name] for name in names]
    rows = tx.execute(select(*columns, func.sum(both.c.n)).group_by(*columns))
    nothing = Cell("", "")
    # PostgreSQL sums whole numbers into decimals.
    return [(nothing._replace(**dict(zip(names, row, strict=False))), int(row[-1])) for row in rows if row[-1]]


def _both(first: str, last: str, measures: Collection[str], department: str | None, subject: str | None) -> Subquery:
    """The sums and what is not gathered yet, as one table."""
    parts = []
    for table in (tallies, tally_entries):
        where: list[Any] = [table.c.day.between(first, last), table.c.measure.in_(list(measures))]
        if department is not None:
            where.append(table.c.department == department)
        if subject is not None:
            where.append(table.c.subject == subject)
        parts.append(select(*(table.c[name] for name in (*_KEY, "n"))).where(*where))
    return union_all(*parts).subquery()
