"""Sealed values say which key they need; a key can be changed while everything goes on; snapshots are unreadable."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.cases import sealing
from bot.cases.sealing import WITHOUT_ID, Sealer, key_id
from bot.errors import Rejected
from bot.privacy import rotation
from bot.privacy.rotation import READABLE, Place, Rotation
from bot.settings import Settings
from bot.store import Database, conversations
from bot.store.database import Tx
from bot.store.schema import audit, cases
from bot.store.schema import conversations as table
from tests.privacy.conftest import NOW, ago, case, customer
from tests.support.command_line import typed

SECRET = "44051401359"
OLD, NEW = "o" * 32, "n" * 32
STATE = {"v": 1, "flows": "abc", "stack": [{"flow": "kontakt", "fields": {"pesel": {"value": SECRET, "raw": SECRET}}}]}


def sealed_by_an_earlier_version(secret: str) -> bytes:
    return Sealer(secret)._fernet.encrypt(json.dumps({"pesel": SECRET}).encode())


@pytest.fixture
def old(database_url: str) -> Iterator[Database]:
    database = Database(database_url, Sealer(OLD))
    yield database
    database.close()


@pytest.fixture
def new(database_url: str) -> Iterator[Database]:
    database = Database(database_url, Sealer(NEW, OLD))
    yield database
    database.close()


def conversation_with_state(tx: Tx, psid: str, state: dict[str, object]) -> str:
    id = customer(tx, psid, ago(days=1))
    conversations.change(tx, id, state=state)
    return id


async def stored(database: Database, id: str) -> str:
    words = "SELECT state FROM conversations WHERE id = :id"
    return str(await database.read(lambda tx: tx.scalar(text(words), {"id": id})))


def test_a_sealed_value_names_its_key_and_opens_with_it_alone() -> None:
    sealed = Sealer(OLD).seal({"pesel": SECRET})
    assert key_id(sealed) == Sealer(OLD).newest != Sealer(NEW).newest
    assert SECRET.encode() not in sealed and OLD.encode() not in sealed
    assert Sealer(NEW, OLD).open(sealed) == {"pesel": SECRET}
    with pytest.raises(Rejected, match="sealed_with_another_key"):
        Sealer(NEW).open(sealed)


def test_what_an_earlier_version_sealed_still_opens() -> None:
    sealed = sealed_by_an_earlier_version(OLD)
    assert key_id(sealed) == WITHOUT_ID and Sealer(NEW, OLD).open(sealed) == {"pesel": SECRET}


@pytest.mark.parametrize("wrong", [b"", sealing.FORM, sealing.FORM + b"short", b"A" * 43 + b"=", b"\x00\xff"])
def test_what_was_never_sealed_is_refused(wrong: bytes) -> None:
    with pytest.raises(Rejected):
        Sealer(OLD).open(wrong)


def test_a_sealed_value_that_was_changed_is_refused() -> None:
    sealed = bytearray(Sealer(OLD).seal({"pesel": SECRET}))
    for place in range(len(sealed)):
        sealed[place] ^= 1
        with pytest.raises(Rejected):
            Sealer(OLD).open(bytes(sealed))
        sealed[place] ^= 1


async def test_an_unfinished_dialogue_is_unreadable_in_the_table_and_whole_for_the_product(old: Database) -> None:
    id = await old.run(lambda tx: conversation_with_state(tx, "1", STATE))
    assert SECRET not in await stored(old, id) and "kontakt" not in await stored(old, id)
    found = await old.read(lambda tx: conversations.find(tx, id))
    assert found is not None and found.state == STATE
    # What editions ask for in SQL, whoever's keys: which flows made it.
    assert await old.read(lambda tx: tx.scalar(select(table.c.id).where(table.c.state["flows"].as_string() == "abc")))


async def test_without_its_key_a_dialogue_is_refused_and_not_lost(old: Database, database_url: str) -> None:
    id = await old.run(lambda tx: conversation_with_state(tx, "1", STATE))
    before = await stored(old, id)
    for seals in (None, Sealer(NEW)):
        other = Database(database_url, seals)
        with pytest.raises(Rejected):
            await other.run(lambda tx: conversations.find(tx, id))
        other.close()
    assert await stored(old, id) == before


async def test_a_forgotten_dialogue_leaves_nothing_sealed_behind(old: Database) -> None:
    id = await old.run(lambda tx: conversation_with_state(tx, "1", STATE))
    await old.run(lambda tx: conversations.change(tx, id, state=None))
    found = await old.read(lambda tx: conversations.find(tx, id))
    assert found is not None and found.state is None and await stored(old, id) in ("None", "null")


async def test_everything_is_sealed_with_the_newest_key_and_the_old_one_may_go(
    old: Database, new: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    plain = Database(database_url)
    await plain.run(lambda tx: conversation_with_state(tx, "0", STATE))
    plain.close()
    for n in range(1, 6):
        id = await old.run(lambda tx: conversation_with_state(tx, str(n), {**STATE, "n": n}))  # noqa: B023
        sealed = Sealer(OLD).seal({"pesel": SECRET}) if n % 2 else sealed_by_an_earlier_version(OLD)
        await old.run(lambda tx: case(tx, id, f"SM/{n}", ago(days=1), sealed=sealed))  # noqa: B023
    job = Rotation(new, Sealer(NEW, OLD), lambda: NOW)
    counted = await job.count()
    assert counted[Place.SNAPSHOTS].by_key == {READABLE: 1, Sealer(OLD).newest: 5}
    assert counted[Place.CASES].by_key == {WITHOUT_ID: 2, Sealer(OLD).newest: 3}
    done = await job.rotate()
    assert {place: found.renewed for place, found in done.items()} == {Place.CASES: 5, Place.SNAPSHOTS: 6}
    again = await job.rotate()
    assert {found.renewed for found in again.values()} == {0}
    without = Database(database_url, Sealer(NEW))
    opened = await without.read(lambda tx: [Sealer(NEW).open(one) for one in tx.scalars(select(cases.c.sealed))])
    assert opened == [{"pesel": SECRET}] * 5
    states = await without.read(lambda tx: list(tx.scalars(select(table.c.state).order_by(table.c.id))))
    assert [state["stack"] for state in states] == [STATE["stack"]] * 6
    noted = await without.read(lambda tx: list(tx.scalars(select(audit.c.details).order_by(audit.c.id))))
    assert noted[0] == {"cases": 5, "snapshots": 6}
    without.close()


async def test_a_run_that_was_ended_goes_on_and_one_value_that_no_key_opens_stops_nothing(
    old: Database, new: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    for n in range(4):
        sealed = Sealer("x" * 32 if n == 1 else OLD).seal({"pesel": SECRET})
        await old.run(lambda tx: case(tx, customer(tx, str(n), ago(days=1)), f"SM/{n}", 1, sealed=sealed))  # noqa: B023
    job, done = Rotation(new, Sealer(NEW, OLD), lambda: NOW), 0

    def batch(*arguments: object) -> object:
        nonlocal done
        done += 1
        if done == 2:
            raise InterruptedError
        return Rotation._batch(job, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(job, "_batch", batch)
    with pytest.raises(InterruptedError):
        await job.rotate()
    monkeypatch.undo()
    found = (await job.rotate())[Place.CASES]
    assert (found.renewed, len(found.lost)) == (2, 1)
    assert found.by_key[Sealer(NEW).newest] == 1


def test_the_settings_name_the_old_keys() -> None:
    given = {"secret_key": NEW, "old_secret_keys": f"{OLD}, {'p' * 32},"}
    settings = Settings.model_validate(given)
    assert sealing.sealer_of(settings).open(Sealer(OLD).seal({"a": 1})) == {"a": 1}
    assert settings.old_secrets == [OLD, "p" * 32] and OLD not in repr(settings)


def test_the_command_counts_first_and_seals_then(tmp_path: Path, migrated_file: bytes) -> None:
    path = tmp_path / "dyzurny.db"
    path.write_bytes(migrated_file)
    database = Database(f"sqlite:///{path}", Sealer(OLD))
    with database.engine.begin() as connection:
        conversation_with_state(Tx(connection), "1", STATE)
    database.close()
    keys = {"DYZURNY_SECRET_KEY": NEW, "DYZURNY_OLD_SECRET_KEYS": OLD}
    env = {**keys, "DYZURNY_DATABASE_URL": f"sqlite:///{path}", "DYZURNY_VAR_DIR": str(tmp_path)}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return typed("keys", "rotate", *arguments, **env | more)

    def kept() -> object:
        with sqlite3.connect(path) as connection:
            return connection.execute("SELECT state FROM conversations").fetchall()

    before = kept()
    dry = run("--dry-run")
    assert dry.returncode == 0 and f"1 {Sealer(OLD).newest}; 0 sealed anew" in dry.stdout, dry.stderr
    assert kept() == before
    assert run("--dry-run", DYZURNY_OLD_SECRET_KEYS="").returncode == 1
    assert "1 sealed anew" in run().stdout
    assert run("--dry-run", DYZURNY_OLD_SECRET_KEYS="").returncode == 0
