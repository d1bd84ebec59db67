"""Nothing of a customer outlives the erasure, in whatever table it stood: the tables are asked for, not listed here."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, Table, insert, select, type_coerce

from bot.cases.sealing import Sealer
from bot.errors import Rejected
from bot.privacy import requests
from bot.privacy.export import TABLES, gather
from bot.privacy.requests import State
from bot.settings import Settings
from bot.store import Database, timers
from bot.store.database import Tx
from bot.store.erasure import COMPLAINT_TIMER, erase, sent_folder
from bot.store.public_schema import incidents
from bot.store.schema import audit, metadata
from bot.store.sealed import SealedJson
from tests.privacy.conftest import ago, customer
from tests.support.command_line import typed

CUSTOMER = "100:7"
MARKER = "zzznacznik"
KEY = "k" * 32
# Columns that name a customer, in the tables that are about one.
OWNERS = ("conversation_id",)
OF_PERSONS = ("customers", "conversations")

# Nothing in these is of one customer. A new table belongs here with its reason, or is erased and exported.
OF_NOBODY = {
    "agents": "the company's own people",
    "agent_sessions": "the company's own people",
    "audit": "who did what, without words; kept as evidence",
    "buttons": "what a button means, written by editors",
    "choices": "what supervisors chose for the desk",
    "incidents": "told to everybody alike",
    "page_stops": "a page of the company",
    "rises": "counts",
    "subject_counts": "counts",
    "tallies": "counts",
    "tally_entries": "counts",
}
# What stays of a customer, column by column, and why. Whatever else could hold their words must be gone.
KEPT = {
    "cases": "the company's own record of a claim, kept as the law says (docs/rodo.md)",
    "matters": "letters and counts of what the reports sum up; no words",
    "conversations": "who may speak: owner, department, why a person was asked for",
    "handoffs": "figures of the desk: reason, department, flow, step, ending, rating",
    "comments": "that it was answered, which keeps a second reply from leaving; the post's own words are ours",
    "complaints": "the clock of a complaint that became a case",
    "timers": "the reminders of that clock",
}
KEPT_COLUMNS = {
    "cases": {"kind", "department", "state", "fields", "sealed", "number", "turn_id"},
    "matters": {"day", "subject", "department", "outcome", "steps", "step", "case_number"},
    "conversations": {"page_id", "psid", "owner", "department", "reason"},
    "customers": {"page_id", "psid"},
    "handoffs": {"reason", "department", "flow", "step", "ending", "asked", "rating"},
    "comments": {"id", "page_id", "post_id", "post_text", "kind", "intent", "state", "failure"},
    "complaints": {"kinds", "department", "case_number", "settlement"},
    "timers": {"id", "event"},
}


def of_a_customer() -> Iterator[Table]:
    for table in metadata.tables.values():
        if table.name in OF_PERSONS or any(name in table.c for name in OWNERS):
            yield table


def filled(table: Table, who: str) -> dict[str, Any]:
    """A row about `who` in which every column that can hold words holds the marker."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column is table.autoincrement_column:
            continue
        row[column.name] = _value(column, table.name)
    row.update({"id": who} if table.name in OF_PERSONS else {"conversation_id": who})
    if table.name == "messages":
        row["author"], row["content"] = "agent", {"attachments": [{"url": f"https://x/konsola/plik/{MARKER}.pdf"}]}
    if table.name == "attachments":
        row["path"] = f"media/{MARKER}.jpg"
    return row


def _value(column: Column[Any], table: str) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 1
    if isinstance(kind, LargeBinary):
        return Sealer(KEY).seal({"pesel": MARKER})
    if isinstance(kind, JSON | SealedJson):
        return {MARKER: MARKER}
    room = getattr(kind, "length", None)
    return f"{MARKER}-{table}-{column.name}"[: room or None]


def fill(tx: Tx, who: str) -> None:
    words = dict.fromkeys(("key", "name", "text", "waiting_text", "over_text"), "awaria")
    of_many: dict[str, Any] = {name: [] for name in ("intents", "flows", "departments")}
    instants = dict.fromkeys(("id", "starts_at", "declared_by", "declared_at"), 1)
    tx.execute(insert(incidents).values(**words, **of_many, **instants))
    for table in of_a_customer():
        tx.execute(insert(table).values(**filled(table, who)))


def found(tx: Tx) -> dict[str, set[str]]:
    """Table → columns in which the marker stands, also sealed."""
    at: dict[str, set[str]] = {}
    for table in metadata.tables.values():
        for row in tx.execute(select(*(_as_stored(column) for column in table.c))):
            for column, value in zip(table.c, row, strict=True):
                if MARKER in _readable(value):
                    at.setdefault(table.name, set()).add(column.name)
    return at


def _as_stored(column: Column[Any]) -> Any:
    return type_coerce(column, JSON) if isinstance(column.type, SealedJson) else column


def _readable(value: Any) -> str:
    if isinstance(value, bytes):
        return json.dumps(Sealer(KEY).open(value))
    if isinstance(value, dict) and isinstance(value.get("sealed"), str):
        return json.dumps(Sealer(KEY).open(base64.b64decode(value["sealed"])))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def test_every_table_is_known_to_be_of_a_customer_or_of_nobody() -> None:
    of_customers = {str(table.name) for table in of_a_customer()}
    unknown = set(metadata.tables) - of_customers - set(OF_NOBODY)
    assert not unknown, (
        f"{sorted(unknown)}: name the customer in a column conversation_id, have bot/store/erasure.py erase it and"
        " bot/privacy/export.py export it; or say in OF_NOBODY why it is of nobody."
    )
    assert not of_customers & set(OF_NOBODY)


@pytest.fixture
async def sealing(database_url: str) -> Any:
    opened = Database(database_url, Sealer(KEY))
    yield opened
    opened.close()


async def test_after_the_erasure_no_table_holds_a_word_of_the_customer(sealing: Database) -> None:
    def work(tx: Tx) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        fill(tx, CUSTOMER)
        before = found(tx)
        erase(tx, CUSTOMER, code="AB12CD34", now=5)
        return before, found(tx)

    before, after = await sealing.run(work)
    # Every column that can hold words held it, so none of what follows is true for want of trying.
    assert set(before) == {str(table.name) for table in of_a_customer()}
    unforeseen = {name: columns - KEPT_COLUMNS.get(name, set()) for name, columns in after.items()}
    assert {name: columns for name, columns in unforeseen.items() if columns} == {}


async def test_only_the_reminders_of_a_complaint_that_became_a_case_stay(sealing: Database) -> None:
    def work(tx: Tx) -> list[str]:
        fill(tx, CUSTOMER)
        at: dict[str, Any] = {"conversation_id": CUSTOMER, "due_at": 9}
        timers.set_timer(tx, id=f"{COMPLAINT_TIMER}1:1", event={"kind": "complaint_term"}, **at)
        timers.set_timer(tx, id="remind:x", event={"kind": "say", "slots": {"imie": MARKER}}, **at)
        erase(tx, CUSTOMER, code="AB12CD34", now=5)
        return [timer.id for timer in timers.due(tx, 100)]

    assert await sealing.run(work) == [f"{COMPLAINT_TIMER}1:1"]


async def test_the_export_holds_what_every_table_knows_of_the_customer(sealing: Database, tmp_path: Path) -> None:
    (tmp_path / "wyslane").mkdir()
    (sent_folder(tmp_path) / f"{MARKER}.pdf").write_bytes(b"%PDF-")

    def work(tx: Tx) -> Any:
        fill(tx, CUSTOMER)
        return gather(tx, CUSTOMER, Sealer(KEY), tmp_path, who="x", now=5)

    made = await sealing.run(work)
    lacking = {str(table.name) for table in of_a_customer()} - set(made.content)
    assert lacking == set(), "what is kept of a customer is theirs to read: bot/privacy/export.py, TABLES"
    assert all(made.content[name] for name in made.content)
    assert [path.name for path in made.files] == [f"{MARKER}.pdf"]
    assert len(TABLES) == len({table.name for table in TABLES})


async def test_whoever_asks_it_is_the_same_request_under_a_code(sealing: Database) -> None:
    await sealing.run(lambda tx: customer(tx, "7", ago(days=1)))
    code = await sealing.run(lambda tx: requests.ask_for(tx, CUSTOMER, who="agent:1", by="console", now=5))
    [timer] = await sealing.read(lambda tx: timers.due(tx, 5))
    assert (timer.conversation_id, timer.event) == (CUSTOMER, {"kind": "erase", "code": code})
    assert await sealing.read(lambda tx: requests.state_of(tx, code)) is State.UNDER_WAY
    await sealing.run(lambda tx: timers.remove(tx, timer.id))
    assert await sealing.read(lambda tx: requests.state_of(tx, code)) is State.DONE
    [row] = await sealing.read(
        lambda tx: tx.execute(select(audit.c.who, audit.c.details).where(audit.c.subject == code)).all()
    )
    assert tuple(row) == ("agent:1", {"conversations": 1, "by": "console"})
    with pytest.raises(Rejected):
        await sealing.run(lambda tx: requests.ask_for(tx, "100:8", who="agent:1", by="console", now=5))


def command(settings: Settings, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    env = {"DYZURNY_DATABASE_URL": settings.database_url, "DYZURNY_VAR_DIR": str(settings.var_dir)}
    return typed("customer", "erase", *words, answer=answer, DYZURNY_SECRET_KEY=KEY, **env)


def test_the_command_line_asks_first_and_says_when_no_worker_has_done_it(tmp_path: Path, migrated_file: bytes) -> None:
    (tmp_path / "dyzurny.db").write_bytes(migrated_file)
    url = f"sqlite:///{tmp_path / 'dyzurny.db'}"
    settings = Settings.model_validate({"database_url": url, "var_dir": tmp_path})
    database = Database(url)
    with database.engine.begin() as connection:
        customer(Tx(connection), "7", ago(days=1))
    assert command(settings, CUSTOMER, answer="n\n").returncode == 1
    with database.engine.begin() as connection:
        assert timers.due(Tx(connection), 2**60) == []
    asked = command(settings, CUSTOMER, "--yes", "--wait", "0")
    assert (asked.returncode, "is a worker running" in asked.stderr) == (1, True)
    with database.engine.begin() as connection:
        [timer] = timers.due(Tx(connection), 2**60)
    assert timer.event["code"] == asked.stdout.strip()
    unknown = command(settings, "100:9", "--yes")
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr
    database.close()
