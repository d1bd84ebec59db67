"""Migrations, forwards, on databases that hold something already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    func,
    select,
)

from bot.store.database import create
from bot.store.migrate import SCRIPTS, migrate
from bot.store.search import is_ours
from tests.conftest import BOTH_DATABASES
from tests.support.postgres import Postgres

REVISIONS = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]
ROWS = 3


@pytest.fixture(params=BOTH_DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that has no tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.database("template0")
    yield url
    server.drop(url)


def something(column: Any, n: int) -> Any:
    """A value that the column takes, another one for every `n`."""
    kind = column.type
    values: list[tuple[Any, Any]] = [
        (Boolean, False),
        (Integer, n),
        ((Float, Numeric), n / 2),
        (DateTime, datetime(2026, 1, n, tzinfo=UTC)),
        (JSON, {"n": n}),
        (LargeBinary, bytes([n])),
    ]
    found = next((value for kinds, value in values if isinstance(kind, kinds)), f"wartość {n}")
    return found[: kind.length] if isinstance(found, str) and getattr(kind, "length", None) else found


def fill(engine: Engine) -> dict[str, int]:
    """Put rows into every table there is, parents first; how many each then holds."""
    schema = MetaData()
    schema.reflect(engine)
    tables: list[Table] = [
        table for table in schema.sorted_tables if not is_ours(table.name) and table.name != "alembic_version"
    ]
    with engine.begin() as connection:
        for table in tables:
            rows = [{column.name: something(column, n) for column in table.columns} for n in range(1, ROWS + 1)]
            connection.execute(table.insert(), rows)
    return {table.name: ROWS for table in tables}


def count(engine: Engine, tables: dict[str, int]) -> dict[str, int]:
    schema = MetaData()
    schema.reflect(engine)
    with engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(schema.tables[name])) or 0 for name in tables}


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_filled_database_comes_to_the_newest_schema_with_all_its_rows(empty_url: str, revision: str) -> None:
    migrate(empty_url, revision)
    engine = create(empty_url)
    held = fill(engine)
    assert held
    engine.dispose()
    migrate(empty_url)
    engine = create(empty_url)
    assert count(engine, held) == held
    engine.dispose()


def test_there_is_one_newest_schema() -> None:
    assert len(ScriptDirectory(str(SCRIPTS)).get_heads()) == 1
