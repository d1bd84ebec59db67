"""The audit log takes new rows only, whoever asks, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.clock import epoch_ms
from bot.privacy.retention import Retention
from bot.privacy.terms import Kind
from bot.settings import Settings
from bot.store import Database, audit
from bot.store.append_only import guard, unguard
from bot.store.database import Tx
from bot.store.schema import audit as table
from tests.privacy.conftest import NOW, ago
from tests.support.command_line import typed

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


def behind_the_products_back(database: Database, *statements: Executable) -> None:
    """As the database's owner can: without the triggers."""
    with database.engine.begin() as connection:
        unguard(connection)
        for statement in statements:
            connection.execute(statement)
        guard(connection)


TAMPERING = {
    "changed doer": (update(table).where(table.c.id == 3).values(who="agent:2"), 3),
    "changed details": (update(table).where(table.c.id == 3).values(details={"n": 1}), 3),
    "changed time": (update(table).where(table.c.id == 1).values(at=1), 1),
    "changed hash": (update(table).where(table.c.id == 4).values(hash="f" * 64), 4),
    "hash taken away": (update(table).where(table.c.id == 2).values(hash=None), 2),
    "removed in the middle": (delete(table).where(table.c.id == 3), 4),
    "put in": (insert(table).values(id=6, at=1, who="agent:1", what="x", hash="0" * 64), 6),
}


@pytest.mark.parametrize("tampering", TAMPERING)
async def test_a_row_changed_or_removed_behind_the_products_back_is_named(database: Database, tampering: str) -> None:
    for n in range(5):
        await database.run(lambda tx, n=n: audit.note(tx, at=epoch_ms(), who="agent:1", what="x", n=n, of=("a", 2.5)))  # type: ignore[misc]
    whole = await database.read(audit.verify)
    assert (whole.rows, whole.first, whole.last, whole.broken) == (5, 1, 5, None)
    statement, broken = TAMPERING[tampering]
    behind_the_products_back(database, statement)
    assert (await database.read(audit.verify)).broken == broken


async def test_a_log_that_was_cut_or_written_anew_lacks_the_hash_that_was_noted(database: Database) -> None:
    for _ in range(3):
        await note(database, epoch_ms())
    noted = (await database.read(audit.verify)).head
    await note(database, epoch_ms())
    assert (await database.read(lambda tx: audit.verify(tx, noted))).noted_is_there
    behind_the_products_back(database, delete(table).where(table.c.id > 2))
    cut = await database.read(lambda tx: audit.verify(tx, noted))
    assert (cut.broken, cut.noted_is_there) == (None, False)


async def test_what_is_over_its_term_leaves_a_whole_chain_whatever_the_clocks_said(
    database: Database, settings: Settings
) -> None:
    # Two processes' clocks differ: the third row says it is older than the second.
    for days in (2000, 1826.5, 1827, 10, 1):
        await note(database, ago(days=days))
    await Retention(database, settings, lambda: NOW).remove()
    left = await database.read(audit.verify)
    assert left.broken is None and left.first is not None and left.first > 1


async def test_many_writers_at_once_make_one_chain(database: Database) -> None:
    await asyncio.gather(*(note(database, epoch_ms()) for _ in range(20)))
    found = await database.read(audit.verify)
    assert (found.rows, found.broken) == (20, None)


def test_the_command_names_the_first_broken_row(tmp_path: Path, migrated_file: bytes) -> None:
    path = tmp_path / "dyzurny.db"
    path.write_bytes(migrated_file)
    database = Database(f"sqlite:///{path}")
    with database.engine.begin() as connection:
        for n in range(3):
            audit.note(Tx(connection), at=n, who="system", what="x")
    env = {"DYZURNY_DATABASE_URL": f"sqlite:///{path}", "DYZURNY_VAR_DIR": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return typed("audit", "verify", *arguments, **env)

    whole = run()
    assert whole.returncode == 0, whole.stderr
    assert run("--holds", whole.stdout.split()[-1]).returncode == 0
    assert run("--holds", "0" * 64).returncode == 1
    behind_the_products_back(database, update(table).where(table.c.id == 2).values(who="agent:1"))
    database.close()
    broken = run()
    assert broken.returncode == 1 and "broken at row 2;" in broken.stdout
