"""Everything that is kept about one customer, as one ZIP file: JSON for machines, a page for people, and the files."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Table, select

from bot.cases.sealing import Sealer
from bot.clock import WARSAW
from bot.errors import Rejected
from bot.privacy.pages import draw
from bot.store import audit
from bot.store.database import Tx
from bot.store.erasure import media_folder, sent_files, sent_folder
from bot.store.public_schema import comments, incident_tellings
from bot.store.schema import (
    attachments,
    cases,
    complaints,
    conversations,
    customers,
    handoffs,
    matters,
    messages,
    misreadings,
    notes,
    outbox,
    questions,
    set_aside,
    timers,
)
from bot.store.times import from_ms

TABLES = (
    messages,
    attachments,
    notes,
    questions,
    handoffs,
    matters,
    cases,
    set_aside,
    comments,
    incident_tellings,
    misreadings,
    complaints,
    outbox,
    timers,
)


@dataclass(frozen=True, slots=True)
class Export:
    """Table → rows as they are kept, instants in UTC ms; sealed answers opened. `files`: those still on disk."""

    customer: str
    content: Mapping[str, list[dict[str, Any]]]
    files: tuple[Path, ...]


def gather(tx: Tx, customer: str, sealer: Sealer, var_dir: Path, *, who: str, now: int) -> Export:
    """Everything of `customer` ("<page id>:<psid>"), put on record as `who`'s doing. Raises Rejected."""
    content = {str(table.name): _rows(tx, table, "id", customer) for table in (customers, conversations)}
    if not content["customers"]:
        raise Rejected("There is no such customer; the name is PAGE:PSID.", code="no_such_customer")
    content |= {str(table.name): _rows(tx, table, "conversation_id", customer) for table in TABLES}
    for case in content["cases"]:
        sealed = case.pop("sealed")
        case["opened"] = sealer.open(sealed) if sealed else {}
    opened = sum(bool(case["opened"]) for case in content["cases"])
    media = [media_folder(var_dir) / Path(row["path"]).name for row in content["attachments"] if row["path"]]
    sent = [sent_folder(var_dir) / Path(name).name for name in sent_files(tx, customer)]
    audit.note(tx, at=now, who=who, what="exported", subject=customer, opened=opened)
    return Export(customer, content, tuple(path for path in (*media, *sent) if path.is_file()))


def write(export: Export, into: Path | IO[bytes]) -> None:
    """The ZIP file: dane.json, rozmowa.html, pliki/."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("dane.json", orjson.dumps(export.content, option=orjson.OPT_INDENT_2))
        file.writestr("rozmowa.html", draw("export", content=export.content, day=_day))
        for path in export.files:
            file.write(path, f"pliki/{path.name}")


def _rows(tx: Tx, table: Table, column: str, customer: str) -> list[dict[str, Any]]:
    rows = tx.execute(select(table).where(table.c[column] == customer))
    # SQLAlchemy's names are strings of its own kind, which the JSON writer does not take for keys.
    return [{str(name): value for name, value in row._mapping.items()} for row in rows]


def _day(ms: int) -> str:
    return f"{from_ms(ms).astimezone(WARSAW):%Y-%m-%d %H:%M}"
