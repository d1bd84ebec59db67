"""What is over its term goes, what is not stays, and the dry run says the same beforehand."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.privacy.retention import Retention
from bot.privacy.terms import Kind
from bot.settings import Settings
from bot.store import Database, conversations, customers, messages
from bot.store.database import Tx
from bot.store.schema import audit, cases, handoffs, notes, set_aside
from tests.privacy.conftest import NOW, ago, case, customer, file
from tests.support.command_line import typed


def count(tx: Tx, table: object) -> int:
    return tx.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_what_is_over_its_term_goes_and_what_is_not_stays(database: Database, settings: Settings) -> None:
    media = settings.var_dir / "media"

    def fill(tx: Tx) -> None:
        for psid, days in (("1", 400), ("2", 364)):
            id = customer(tx, psid, ago(days=days))
            file(tx, id, media / f"{psid}.jpg", ago(days=days))
            case(tx, id, f"SM/{psid}", ago(days=days))

    await database.run(fill)
    retention = Retention(database, settings, lambda: NOW)
    counted = await retention.count()
    assert counted == await retention.remove()
    assert counted == {
        Kind.MESSAGES: 2,  # the message and its copy in the list of conversations
        Kind.FILES: 1,
        Kind.NOTES: 2,  # the note and the words of the handoff
        Kind.SNAPSHOTS: 2,  # a year is long for an unfinished question
        Kind.PROFILES: 1,
        Kind.SET_ASIDE: 0,
        Kind.AUDIT: 0,
        Kind.SESSIONS: 0,
    }
    old, young = [await database.read(lambda tx, p=psid: customers.find(tx, f"100:{p}")) for psid in "12"]  # type: ignore[misc]
    assert old is not None and (old.first_name, old.address, old.known) == (None, None, None)
    assert young is not None and young.first_name == "Tomasz"
    assert [path.name for path in media.iterdir()] == ["2.jpg"]
    gone = await database.read(lambda tx: conversations.find(tx, "100:1"))
    assert gone is not None and (gone.state, gone.session_no) == (None, 1)
    assert await database.read(lambda tx: (count(tx, cases), count(tx, notes), count(tx, handoffs))) == (2, 1, 2)
    again = await retention.count()
    assert not any(again.values())


async def test_an_open_case_keeps_its_words_and_files(database: Database, settings: Settings) -> None:
    def fill(tx: Tx) -> None:
        id = customer(tx, "1", ago(days=900))
        file(tx, id, settings.var_dir / "media" / "1.jpg", ago(days=900))
        case(tx, id, "SM/1", ago(days=900), state="waits")

    await database.run(fill)
    counted = await Retention(database, settings, lambda: NOW).remove()
    assert {kind for kind, removed in counted.items() if removed} == {Kind.SNAPSHOTS}
    assert len(await database.read(lambda tx: messages.of_conversation(tx, "100:1"))) == 1
    assert (settings.var_dir / "media" / "1.jpg").is_file()


async def test_a_conversation_that_an_agent_holds_keeps_its_dialogue(database: Database, settings: Settings) -> None:
    await database.run(lambda tx: customer(tx, "1", ago(days=60), owner="agent"))
    assert not any((await Retention(database, settings, lambda: NOW).remove()).values())


async def test_what_was_set_aside_lasts_as_long_as_messages_do_unless_it_was_settled(
    database: Database, settings: Settings
) -> None:
    def fill(tx: Tx) -> None:
        for key, days, settled in (("a", 40, 1), ("b", 40, None), ("c", 400, None)):
            values = {"conversation_id": "100:1", "event_key": key, "event": {}, "error": "KeyError:", "attempts": 5}
            tx.execute(insert(set_aside).values(**values, at=ago(days=days), settled_at=settled))

    await database.run(fill)
    removed = await Retention(database, settings, lambda: NOW).remove()
    assert removed[Kind.SET_ASIDE] == 2
    assert list(await database.read(lambda tx: list(tx.scalars(select(set_aside.c.event_key))))) == ["b"]


async def test_more_than_a_batch_goes_and_the_removal_is_on_record_in_counts(
    database: Database, settings: Settings
) -> None:
    def fill(tx: Tx) -> None:
        for n in range(1001):
            messages.add(tx, conversation_id="100:1", event_key=f"k{n}", author="customer", text="x", at=ago(days=366))

    await database.run(fill)
    assert (await Retention(database, settings, lambda: NOW).remove())[Kind.MESSAGES] == 1001
    [noted] = await database.read(lambda tx: list(tx.execute(select(audit.c.what, audit.c.details))))
    assert tuple(noted) == ("retention", {"removed": {"messages": 1001}})


async def test_a_file_that_no_row_names_goes_after_a_day_and_a_fresh_one_stays(
    database: Database, settings: Settings
) -> None:
    media, sent = settings.var_dir / "media", settings.var_dir / "wyslane"
    for path, age in ((media / "old.jpg", 2), (media / "new.jpg", 0), (sent / "old.pdf", 366), (sent / "new.pdf", 2)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        then = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (then, then))
    assert (await Retention(database, settings, lambda: NOW).remove())[Kind.FILES] == 2
    assert {path.name for folder in (media, sent) for path in folder.iterdir()} == {"new.jpg", "new.pdf"}


def test_the_command_counts_and_touches_nothing(tmp_path: Path, migrated_file: bytes) -> None:
    path = tmp_path / "dyzurny.db"
    path.write_bytes(migrated_file)
    env = {"DYZURNY_DATABASE_URL": f"sqlite:///{path}", "DYZURNY_VAR_DIR": str(tmp_path)}
    database = Database(env["DYZURNY_DATABASE_URL"])
    with database.engine.begin() as connection:
        customer(Tx(connection), "1", 1_000)
    told = typed("retention", "--dry-run", **env).stdout
    assert told.splitlines()[0].split() == ["messages", "2", "365", "days"]
    with database.engine.begin() as connection:
        assert len(messages.of_conversation(Tx(connection), "100:1")) == 1
    database.close()
