"""A backup taken while the product writes, and what comes of it when it is put back."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import backup
from bot.clock import epoch_ms
from bot.errors import Refused, Rejected
from bot.store import audit, conversations, outbox
from bot.store.database import Database, Tx
from bot.store.messages import Author
from bot.store.schema import messages, metadata
from tests.support.command_line import typed

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class House:
    """An installation with a customer, a message that waits, two files and a published edition."""

    def __init__(self, root: Path, migrated: bytes) -> None:
        self.var = root / "var"
        self.var.mkdir(parents=True)
        self.record = self.var / "dyzurny.db"
        self.record.write_bytes(migrated)
        self.url = f"sqlite:///{self.record}"
        for name in ("media/a.jpg", "wyslane/b.pdf", "editions/0123456789ab/flows/oc.yml", "log/web.log"):
            (self.var / name).parent.mkdir(parents=True, exist_ok=True)
            (self.var / name).write_text(f"content of {name}")
        (self.var / "demo.env").write_text("DYZURNY_SECRET_KEY='not for others'")

    def files(self) -> dict[str, bytes]:
        found = [path for name in ("media", "wyslane", "editions") for path in (self.var / name).rglob("*")]
        return {path.relative_to(self.var).as_posix(): path.read_bytes() for path in found if path.is_file()}

    def rows(self) -> dict[str, list[Any]]:
        with closing(sqlite3.connect(self.record)) as opened:
            return {
                table.name: sorted(opened.execute(f"SELECT * FROM {table.name}").fetchall(), key=repr)
                for table in metadata.sorted_tables
            }


def a_message(tx: Tx, number: int = 0) -> None:
    now = epoch_ms()
    conversations.find_or_create(tx, "p", "1", now)
    outbox.queue(
        tx,
        id=f"turn{number}:0",
        conversation_id="p:1",
        epoch=0,
        author=Author.BOT,
        purpose="info",
        body={"text": "x"},
        text="x",
        now=now,
    )


@pytest.fixture
async def house(tmp_path: Path, migrated_file: bytes) -> House:
    made = House(tmp_path / "house", migrated_file)
    database = Database(made.url)
    await database.run(a_message)
    database.close()
    return made


def dump(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        return archive.getnames()


async def test_what_is_put_back_is_what_was_taken_while_the_product_ran(house: House, tmp_path: Path) -> None:
    database = Database(house.url)
    try:
        await database.run(lambda tx: audit.note(tx, at=epoch_ms(), who="system", what="x"))
        manifest = backup.back_up(house.url, house.var, tmp_path / "one.tar.gz", NOW)
        rows, files = house.rows(), house.files()
        # Life goes on after the backup.
        await database.run(lambda tx: a_message(tx, 1))
        (house.var / "media" / "later.jpg").write_text("later")
        with pytest.raises(Refused):
            backup.restore(house.url, house.var, tmp_path / "one.tar.gz", NOW)
    finally:
        database.close()
    now, later = house.rows(), house.files()
    assert now != rows
    restored, aside = backup.restore(house.url, house.var, tmp_path / "one.tar.gz", NOW)
    assert restored == manifest
    assert (house.rows(), house.files()) == (rows, files)
    # What was there before is not lost either.
    assert (aside / "media" / "later.jpg").read_text() == "later"
    assert replace_house(house, aside).rows() == now
    assert set(files) < set(later)


def replace_house(house: House, aside: Path) -> House:
    other = House.__new__(House)
    other.var, other.record = aside, aside / house.record.name
    return other


def test_no_secret_and_no_log_is_in_it_and_only_its_owner_may_read_it(house: House, tmp_path: Path) -> None:
    file = tmp_path / "one.tar.gz"
    backup.back_up(house.url, house.var, file, NOW)
    names = dump(file)
    assert names[0] == "manifest.json"
    assert set(names[1:]) == {"dyzurny.db", "media/a.jpg", "wyslane/b.pdf", "editions/0123456789ab/flows/oc.yml"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == [], "no draft is left"


def test_a_file_that_exists_is_not_written_over(house: House, tmp_path: Path) -> None:
    file = tmp_path / "one.tar.gz"
    file.write_text("somebody's")
    with pytest.raises(Rejected, match="exists"):
        backup.back_up(house.url, house.var, file, NOW)
    assert file.read_text() == "somebody's"


def test_it_is_put_back_where_nothing_is(house: House, tmp_path: Path) -> None:
    backup.back_up(house.url, house.var, tmp_path / "one.tar.gz", NOW)
    elsewhere = tmp_path / "elsewhere"
    backup.restore(f"sqlite:///{elsewhere / 'dyzurny.db'}", elsewhere, tmp_path / "one.tar.gz", NOW)
    there = House.__new__(House)
    there.var, there.record = elsewhere, elsewhere / "dyzurny.db"
    assert (there.rows(), there.files()) == (house.rows(), house.files())
    assert not (elsewhere / backup.ASIDE).exists()


def rewritten(file: Path, change: dict[str, bytes], manifest: dict[str, Any] | None = None) -> Path:
    """The backup with some of its entries replaced or added, `manifest` fields among them."""
    with tarfile.open(file) as archive:
        entries = {one.name: read.read() for one in archive if (read := archive.extractfile(one))}
    entries |= change
    note = json.loads(entries["manifest.json"]) | (manifest or {})
    entries["manifest.json"] = json.dumps(note).encode()
    other = file.with_name("other.tar.gz")
    with tarfile.open(other, "w:gz") as archive:
        for name, body in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return other


@pytest.mark.parametrize(
    ("change", "manifest"),
    [
        ({"media/a.jpg": b"other"}, {}),
        ({"dyzurny.db": b"no database"}, {}),
        ({"../outside": b"x"}, {}),
        ({"../outside": b"x"}, {"files": {"../outside": "0"}}),
        ({"media/../../outside": b"x"}, {"files": {"media/../../outside": "0"}}),
        ({"demo.env": b"x"}, {"files": {"demo.env": "0"}}),
        ({}, {"format": 2}),
        ({}, {"schema": "9999"}),
        ({}, {"surplus": 1}),
    ],
)
def test_what_is_damaged_foreign_or_newer_is_refused_before_anything_is_touched(
    house: House, tmp_path: Path, change: dict[str, bytes], manifest: dict[str, Any]
) -> None:
    backup.back_up(house.url, house.var, tmp_path / "one.tar.gz", NOW)
    other = rewritten(tmp_path / "one.tar.gz", change, manifest)
    before = house.rows(), house.files()
    with pytest.raises(Rejected):
        backup.restore(house.url, house.var, other, NOW)
    assert (house.rows(), house.files()) == before
    assert not (house.var / backup.ASIDE).exists()
    assert not (tmp_path / "outside").exists()
    assert not [path for path in house.var.iterdir() if path.name.startswith(".restore")]


def test_what_is_no_backup_at_all_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear customer")
    for file in (tmp_path / "letter.txt", tmp_path / "absent"):
        with pytest.raises(Rejected):
            backup.restore(house.url, house.var, file, NOW)


def test_postgresql_has_tools_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="pg_dump"):
        backup.back_up("postgresql://localhost/x", tmp_path, tmp_path / "one", NOW)


def test_the_commands_say_what_is_not_in_it_and_send_nothing_a_second_time(house: House, tmp_path: Path) -> None:
    env = {"DYZURNY_VAR_DIR": str(house.var), "DYZURNY_DATABASE_URL": house.url}
    file = tmp_path / "one.tar.gz"
    taken = typed("backup", str(file), **env)
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "secret key" in taken.stdout
    again = typed("backup", str(file), **env)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    put_back = typed("restore", str(file), **env)
    assert (put_back.returncode, put_back.stderr) == (0, "")
    assert "not sent again: 1 messages" in put_back.stdout
    with Database(house.url).engine.connect() as connection:
        tx = Tx(connection)
        assert outbox.next_of(tx, "p:1") is None
        assert tx.scalar(select(messages.c.status)) == "doubt"
