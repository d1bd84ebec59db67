"""Brings a database to the newest schema; the scripts are in `migrations/versions`, each written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.database import create
from bot.store.fitness import REVISIONS, examine, is_newer

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is used: every process imports this package, few migrate.
SCRIPTS = Path(__file__).parent / "migrations"


def _configuration() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Run every migration up to `revision` that the database at `url` has not seen; harmless when there is none.

    A database of a later version stays as it is. Raises Unfit when this version cannot work with what there is then.
    """
    from alembic import command

    engine = create(url)
    try:
        with engine.connect() as connection:
            if is_newer(connection):
                examine(connection)
                return
            # Alembic begins a transaction of its own.
            connection.rollback()
            config = _configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
            if revision == "head":
                examine(connection)
    finally:
        engine.dispose()


def knows(revision: str) -> bool:
    """Whether a database at that revision is of this version or of an older one."""
    return revision in REVISIONS
