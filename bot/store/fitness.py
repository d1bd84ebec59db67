"""Whether a database is one that this version can work with: by its revision and by what its tables have.

Alembic is not asked: every process looks before it starts, and once more whenever it is asked whether it is ready.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Refused, StoreUnavailable
from bot.store import public_schema
from bot.store.database import create

# How long a database may take to show its tables before it counts as away.
PATIENCE_S = 5.0
# The same for every module that defines tables; this one imports the other.
_SCHEMA = public_schema.incidents.metadata
# The scripts are numbered, so their names tell their order.
REVISIONS = tuple(sorted(path.name[:4] for path in (Path(__file__).parent / "migrations/versions").glob("[0-9]*.py")))


class Unfit(Refused):
    """`detail` is one sentence: what is wrong with the database, and what to do."""

    code = "database_unfit"


def require_fit(url: str) -> None:
    """Raises Unfit, and StoreUnavailable when the database does not answer in time."""
    found: Future[None] = Future()
    # A server that hangs must not keep this process from ending.
    threading.Thread(target=_look, args=(url, found), daemon=True).start()
    try:
        found.result(PATIENCE_S)
    except (SQLAlchemyError, TimeoutError) as error:
        raise StoreUnavailable(code=f"store_unavailable:{type(error).__name__}") from error


def _look(url: str, found: Future[None]) -> None:
    try:
        engine = create(url)
        try:
            with engine.connect().execution_options(read_only=True) as connection:
                examine(connection)
        finally:
            engine.dispose()
    except Exception as error:
        # Told to whoever waits.
        found.set_exception(error)
    else:
        found.set_result(None)


def revision_of(connection: Connection) -> str | None:
    """Up to which script the database was brought; None: no script of ours has run there."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)


def is_newer(connection: Connection) -> bool:
    """Whether a later version than this one has brought the database to its own schema."""
    revision = revision_of(connection)
    return revision is not None and revision not in REVISIONS


def examine(connection: Connection) -> None:
    """Raises Unfit. A database of a later version fits as long as it has, and asks for, nothing that we do not know."""
    revision = revision_of(connection)
    if revision is None:
        raise Unfit("The database has no tables of this product yet: run `dyzurny migrate`.")
    if revision in REVISIONS[:-1]:
        raise Unfit(f"The database has an old schema ({revision} instead of {REVISIONS[-1]}): run `dyzurny migrate`.")
    lacking, unknown = _compared(connection)
    if revision not in REVISIONS and (lacking or unknown):
        raise Unfit(
            f"The database is of a later version (schema {revision}) and does not fit this one any more"
            f" ({_named(lacking or unknown)}): start that version, or put a backup of this one back."
        )
    if lacking:
        raise Unfit(
            f"The database says that it has schema {revision}, but lacks {_named(lacking)}: it was changed by hand, or"
            " put back in part. Put a whole backup back (docs/dyzur.md)."
        )


def _compared(connection: Connection) -> tuple[list[str], list[str]]:
    """What our tables have that the database lacks, and what it wants filled in that we know nothing of."""
    there: dict[str, dict[str, Any]] = {
        table: {column["name"]: column for column in columns}
        for (_, table), columns in inspect(connection).get_multi_columns().items()
    }
    lacking, unknown = [], []
    for table in _SCHEMA.sorted_tables:
        if table.name not in there:
            lacking.append(table.name)
            continue
        found = there[table.name]
        lacking += [f"{table.name}.{column.name}" for column in table.columns if column.name not in found]
        unknown += [
            f"{table.name}.{name}"
            for name, column in found.items()
            if name not in table.columns and not column["nullable"] and column["default"] is None
        ]
    return lacking, unknown


def _named(what: list[str], most: int = 4) -> str:
    return ", ".join(what[:most]) + (f" and {len(what) - most} more" if len(what) > most else "")
