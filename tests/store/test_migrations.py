"""Migrations, forwards, on databases that hold something already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
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
    String,
    Table,
    func,
    inspect,
    select,
    text,
)

from bot.store import Database, conversations, public_schema
from bot.store.database import create
from bot.store.migrate import SCRIPTS, migrate
from bot.store.search import is_ours
from tests.conftest import BOTH_DATABASES
from tests.store.changing import change
from tests.support.postgres import Postgres

# The same for every module that defines tables; this one imports the other.
SCHEMA = public_schema.incidents.metadata
REVISIONS = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]
ROWS = 3
VERSIONS = SCRIPTS / "versions"
SNAPSHOT = Path(__file__).parents[1] / "dialogue" / "engine" / "snapshots" / "0001.json"
DIGESTS = Path(__file__).with_name("migrations.yml")


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


def _other_type(context: MigrationContext, _: Any, __: Any, found: object, wanted: object) -> bool | None:
    """SQLite keeps text of any length, so that scripts leave its columns as they are; None: the usual comparison."""
    texts = isinstance(found, String) and isinstance(wanted, String)
    return False if texts and context.dialect.name == "sqlite" else None


def differences(url: str) -> list[Any]:
    """What the database has otherwise than the code's tables: tables, columns, types, indexes and keys."""
    engine = create(url)
    with engine.connect() as connection:
        known = {"compare_type": _other_type, "include_name": lambda name, *_: not is_ours(name)}
        found = list(compare_metadata(MigrationContext.configure(connection, opts=known), SCHEMA))
        keys = inspect(connection)
        for table in SCHEMA.sorted_tables:
            wanted = [column.name for column in table.primary_key]
            if (
                table.name in keys.get_table_names()
                and keys.get_pk_constraint(table.name)["constrained_columns"] != wanted
            ):
                found.append(("key", table.name, wanted))
    engine.dispose()
    return found


# What scripts 0001, 0006 and 0008 made before they were changed, as differences from what they make now.
BEFORE_THE_CHANGES = {
    "0001": (
        "DROP TABLE timers",
        *(f"ALTER TABLE handoffs DROP COLUMN {name}" for name in ("edits", "asked", "rating", "rating_comment")),
    ),
    "0006": (
        "DROP INDEX ix_matters_spans",
        "CREATE INDEX ix_matters_day ON matters (day)",
        "DROP TABLE tallies",
        """CREATE TABLE tallies (day VARCHAR(10) NOT NULL, measure VARCHAR(20) NOT NULL,
        department VARCHAR(40) NOT NULL, subject VARCHAR(80) NOT NULL, detail VARCHAR(160) NOT NULL, n BIGINT NOT NULL,
        CONSTRAINT pk_tallies PRIMARY KEY (day, measure, department, subject, detail))""",
    ),
    "0008": (
        "ALTER TABLE comments DROP COLUMN sensitive",
        "ALTER TABLE comments ADD COLUMN sensitive JSON DEFAULT '[]' NOT NULL",
    ),
}


@pytest.mark.parametrize("changed", [("0001",), tuple(BEFORE_THE_CHANGES)])
def test_a_database_from_before_scripts_were_changed_gets_what_they_brought(
    empty_url: str, changed: tuple[str, ...]
) -> None:
    for revision in changed:
        migrate(empty_url, revision)
        change(empty_url, *BEFORE_THE_CHANGES[revision])
    migrate(empty_url, "0011")
    engine = create(empty_url)
    held = fill(engine)
    engine.dispose()
    assert differences(empty_url)
    if "0008" in changed:
        change(empty_url, """UPDATE comments SET sensitive = '["pesel", "telefon"]'""")
    migrate(empty_url)
    assert differences(empty_url) == []
    engine = create(empty_url)
    assert count(engine, held) == held
    with engine.connect() as connection:
        if "0008" in changed:
            assert set(connection.scalars(text("SELECT sensitive FROM comments"))) == {"pesel,telefon"}
    engine.dispose()


def test_migrating_from_nothing_makes_what_the_code_uses(empty_url: str) -> None:
    migrate(empty_url)
    assert differences(empty_url) == []


async def test_a_dialogue_in_the_middle_is_there_after_the_change_of_schema(empty_url: str) -> None:
    state = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    migrate(empty_url, REVISIONS[-2])
    engine = create(empty_url)
    with engine.begin() as connection:
        before = Table("conversations", MetaData(), autoload_with=connection)
        mine = {"id": "p:1", "page_id": "p", "psid": "1", "created_at": 1, "state": state}
        connection.execute(before.insert(), mine)
    engine.dispose()
    migrate(empty_url)
    database = Database(empty_url)
    try:
        found = await database.read(lambda tx: conversations.find(tx, "p:1"))
    finally:
        database.close()
    assert found is not None and found.state == state


def test_a_script_that_landed_is_not_changed_again() -> None:
    """Databases exist that have run it: what it would do now, they never get."""
    known = yaml.safe_load(DIGESTS.read_text(encoding="utf-8"))
    now = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(VERSIONS.glob("[0-9]*.py"))}
    changed = [name for name, digest in known.items() if now.get(name) != digest]
    assert not changed, f"{changed} changed: put them back as they were, and write a new script for what is to change"
    new = {name: digest for name, digest in now.items() if name not in known}
    assert not new, f"a new script: once it is as it shall stay, append to {DIGESTS.name}: {new}"


def test_a_script_takes_nothing_that_the_version_before_needs(tmp_path: Path) -> None:
    """While a new version is put in place, processes of the old one run on the new one's schema."""
    url = f"sqlite:///{tmp_path / 'steps.db'}"
    before: dict[str, dict[str, Any]] = {}
    for revision in REVISIONS:
        migrate(url, revision)
        engine = create(url)
        found = {
            table: {column["name"]: column for column in columns}
            for (_, table), columns in inspect(engine).get_multi_columns().items()
        }
        engine.dispose()
        for table, columns in before.items():
            assert columns.keys() <= found[table].keys(), f"{revision} takes columns from {table}"
            for name, column in found[table].items():
                written_by_nobody = not column["nullable"] and column["default"] is None
                assert name in columns or not written_by_nobody, f"{revision}: nothing old writes {table}.{name}"
        before = found


def test_there_is_one_newest_schema() -> None:
    assert len(ScriptDirectory(str(SCRIPTS)).get_heads()) == 1
