"""The audit log takes new rows only, whoever asks, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.clock import epoch_ms
from bot.privacy.retention import Retention
from bot.privacy.terms import Kind
from bot.settings import Settings
from bot.store import Database, audit
from bot.store.schema import audit as table
from tests.privacy.conftest import NOW, ago

ATTEMPTS = {
    "another doer": update(table).values(who="agent:2"),
    "a later time": update(table).values(at=1),
    "removal": delete(table),
}


async def rows(database: Database) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database.read(lambda tx: list(tx.execute(select(table))))]


async def note(database: Database, at: int) -> None:
    await database.run(lambda tx: audit.note(tx, at=at, who="agent:1", what="field_revealed", subject="100:7"))


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
async def test_what_is_on_record_is_neither_changed_nor_removed(database: Database, attempt: Executable) -> None:
    await note(database, epoch_ms())
    before = await rows(database)
    with pytest.raises(IntegrityError):
        await database.run(lambda tx: tx.execute(attempt))
    assert await rows(database) == before


async def test_it_is_not_replaced_or_emptied_as_a_whole_either(database: Database) -> None:
    await note(database, epoch_ms())
    before = await rows(database)
    postgresql = database.engine.dialect.name == "postgresql"
    statement = (
        "TRUNCATE audit" if postgresql else "REPLACE INTO audit (id, at, who, what) VALUES (1, 1, 'agent:2', 'nothing')"
    )
    with pytest.raises(IntegrityError):
        await database.run(lambda tx: tx.execute(text(statement)))
    assert await rows(database) == before


async def test_what_is_over_its_term_may_go_and_not_be_changed(database: Database, settings: Settings) -> None:
    await note(database, ago(days=2000))
    await note(database, epoch_ms())
    with pytest.raises(IntegrityError):
        await database.run(lambda tx: tx.execute(update(table).where(table.c.at < ago(days=1000)).values(who="x")))
    assert (await Retention(database, settings, lambda: NOW).remove())[Kind.AUDIT] == 1
    kept = await database.read(lambda tx: list(tx.scalars(select(table.c.what).order_by(table.c.id))))
    assert kept == ["field_revealed", "retention"]


async def test_a_row_may_not_come_in_under_the_number_of_another(database: Database) -> None:
    await note(database, epoch_ms())
    with pytest.raises(IntegrityError):
        await database.run(lambda tx: tx.execute(insert(table).values(id=1, at=1, who="system", what="x")))
