"""Which databases this version works with, and what it says of the others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from bot.errors import StoreUnavailable
from bot.store.fitness import REVISIONS, Unfit, require_fit
from bot.store.migrate import SCRIPTS, migrate
from tests.cli.test_cli import dyzurny
from tests.store.changing import change

NEWER = "UPDATE alembic_version SET version_num = '9999'"

STOPS_WITH_A_REASON = "CREATE TABLE page_stops (page_id TEXT, code TEXT, at INT, until INT, why INT NOT NULL)"


def test_the_numbers_of_the_scripts_are_the_order_in_which_they_run() -> None:
    scripts = ScriptDirectory(str(SCRIPTS)).walk_revisions()
    assert tuple(script.revision for script in scripts)[::-1] == REVISIONS


def test_one_that_was_just_migrated_fits(database_url: str) -> None:
    require_fit(database_url)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DROP TABLE alembic_version"], "no tables.*`dyzurny migrate`"),
        ([f"UPDATE alembic_version SET version_num = '{REVISIONS[-2]}'"], f"{REVISIONS[-2]}.*`dyzurny migrate`"),
        (["ALTER TABLE handoffs DROP COLUMN edits", "DROP TABLE notes"], r"lacks handoffs\.edits, notes.*backup"),
        ([NEWER, "ALTER TABLE handoffs DROP COLUMN edits"], r"later version.*9999.*handoffs\.edits"),
        ([NEWER, "ALTER TABLE page_stops ADD COLUMN why TEXT DEFAULT 'x' NOT NULL"], ""),
        ([NEWER, "DROP TABLE page_stops", STOPS_WITH_A_REASON], r"later version.*page_stops\.why"),
    ],
)
def test_one_that_does_not_is_refused_with_what_to_do(database_url: str, statements: list[str], said: str) -> None:
    change(database_url, *statements)
    if not said:
        require_fit(database_url)
        return
    with pytest.raises(Unfit) as refused:
        require_fit(database_url)
    assert re.search(said, refused.value.detail)


def test_one_that_is_away_is_not_called_unfit(tmp_path: Path) -> None:
    for url in ("postgresql://127.0.0.1:1/nowhere", f"sqlite:///{tmp_path}"):
        with pytest.raises(StoreUnavailable):
            require_fit(url)


def test_one_of_a_later_version_stays_as_it_is(database_url: str) -> None:
    change(database_url, NEWER, "ALTER TABLE page_stops ADD COLUMN why TEXT")
    migrate(database_url)
    require_fit(database_url)
    change(database_url, "DROP TABLE page_stops")
    with pytest.raises(Unfit):
        migrate(database_url)


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_process_does_not_start_on_one_that_lacks_something(
    process: str, tmp_path: Path, migrated_file: bytes
) -> None:
    (tmp_path / "record.db").write_bytes(migrated_file)
    url = f"sqlite:///{tmp_path / 'record.db'}"
    change(url, "ALTER TABLE handoffs DROP COLUMN edits")
    secrets = {f"DYZURNY_{name}": "x" for name in ("APP_SECRET", "VERIFY_TOKEN", "SECRET_KEY")}
    started = dyzurny(process, DYZURNY_DATABASE_URL=url, DYZURNY_DEMO="false", **secrets)
    assert started.returncode == 1
    assert "handoffs.edits" in started.stderr
    assert "Traceback" not in started.stderr
