"""Seals anew, with the newest key, whatever is sealed with another one: in batches, beside the running product.

What is done is told by the key's id on each value, so a run that was ended goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, Table, select, type_coerce, update

from bot.cases.sealing import Sealer, key_id
from bot.clock import Clock
from bot.errors import Rejected
from bot.store import audit
from bot.store.database import Database, Tx
from bot.store.schema import cases, conversations
from bot.store.sealed import sealed_part
from bot.store.times import to_ms

# Short enough for a customer's turn to wait behind it.
BATCH = 200
# Key of the counts for what was written before it was sealed at all.
READABLE = "readable"


class Place(StrEnum):
    """Where sealed values are kept."""

    CASES = "cases"
    SNAPSHOTS = "snapshots"


@dataclass(slots=True)
class Found:
    """`by_key`: key's id (or READABLE) → values found under it. `lost`: rows that none of the keys opens."""

    by_key: Counter[str] = field(default_factory=Counter)
    renewed: int = 0
    lost: list[Any] = field(default_factory=list)


class _Column(NamedTuple):
    """`stored`: as it is kept, unopened. `part`: what is sealed of it. `sealed`: opened values → what is written."""

    table: Table
    name: str
    stored: ColumnElement[Any]
    part: Callable[[Any], bytes | None]
    sealed: Callable[[Sealer, dict[str, Any]], Any]


_COLUMNS = {
    Place.CASES: _Column(cases, "sealed", cases.c.sealed, lambda it: it, lambda sealer, opened: sealer.seal(opened)),
    # The column seals what it is given.
    Place.SNAPSHOTS: _Column(
        conversations, "state", type_coerce(conversations.c.state, JSON), sealed_part, lambda _, opened: opened
    ),
}


class Rotation:
    """`database` writes with `sealer`'s keys."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self.database = database
        self.sealer = sealer
        self.clock = clock

    async def count(self) -> dict[Place, Found]:
        """What is sealed with which key; changes nothing."""
        return {place: await self._all(place, renewing=False) for place in Place}

    async def rotate(self) -> dict[Place, Found]:
        """Seal everything with the newest key; the audit log keeps how much it was."""
        found = {place: await self._all(place, renewing=True) for place in Place}
        details: dict[str, Any] = {place.value: found[place].renewed for place in Place}
        now = to_ms(self.clock())
        await self.database.run(lambda tx: audit.note(tx, at=now, who="system:cli", what="keys_rotated", **details))
        return found

    async def _all(self, place: Place, *, renewing: bool) -> Found:
        found, after = Found(), None
        do = self.database.run if renewing else self.database.read
        while True:
            begin = after
            after = await do(lambda tx: self._batch(tx, _COLUMNS[place], begin, found, renewing))  # noqa: B023
            if after is None:
                return found

    def _batch(self, tx: Tx, column: _Column, after: Any, found: Found, renewing: bool) -> Any:
        """One batch of the rows behind the key `after`; the last row's key, None when there are no more."""
        key = column.table.c.id
        query = select(key, column.stored).where(column.table.c[column.name].is_not(None)).order_by(key).limit(BATCH)
        query = query if after is None else query.where(key > after)
        rows = tx.execute(query.with_for_update() if renewing else query).all()
        for id, stored in rows:
            part = column.part(stored)
            if stored is None:
                continue
            sealed_with = READABLE if part is None else key_id(part)
            found.by_key[sealed_with] += 1
            try:
                opened = stored if part is None else self.sealer.open(part)
            except Rejected:
                found.lost.append(id)
                continue
            if renewing and sealed_with != self.sealer.newest:
                values = {column.name: column.sealed(self.sealer, opened)}
                tx.execute(update(column.table).where(key == id).values(**values))
                found.renewed += 1
        return rows[-1][0] if rows else None
