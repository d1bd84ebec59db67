"""A database with customers of different ages in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from bot.settings import Settings
from bot.store import Database, Tx, conversations, customers, messages
from bot.store.schema import attachments, cases, handoffs, notes
from bot.store.times import to_ms

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def ago(**span: float) -> int:
    """UTC ms of this long before NOW."""
    return to_ms(NOW - timedelta(**span))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    values = {"secret_key": SecretStr("k" * 32), "var_dir": tmp_path, "database_url": database_url, "app_id": "555"}
    return Settings.model_validate(values)


def customer(tx: Tx, psid: str, at: int, *, page: str = "100", **values: Any) -> str:
    """Somebody who wrote once, at `at`, sent a file, was helped by a person and has a name; their conversation's id."""
    id = conversations.find_or_create(tx, page, psid, at).id
    conversations.change(
        tx, id, last_customer_at=at, last_message_at=at, last_text="Zalało mnie", state={"slots": {}}, **values
    )
    customers.change(tx, id, first_name="Tomasz", last_name="Wójcik", address={"gender": "m"}, known={"polisa": "1"})
    messages.add(tx, conversation_id=id, event_key=f"k:{id}", author="customer", text="Zalało mnie", at=at)
    tx.execute(insert(notes).values(conversation_id=id, agent_id=1, text="oddzwonić", mentions=[], at=at))
    values = {"conversation_id": id, "reason": "prosba", "detail": "pilne", "requested_at": at, "ended_at": at}
    tx.execute(insert(handoffs).values(**values))
    return id


def case(tx: Tx, conversation: str, number: str, at: int, *, state: str = "done", sealed: bytes | None = None) -> None:
    tx.execute(
        insert(cases).values(
            number=number,
            turn_id=f"turn:{number}",
            kind="szkoda_mieszkaniowa",
            conversation_id=conversation,
            state=state,
            fields={"miejsce": "kuchnia"},
            sealed=sealed,
            created_at=at,
            updated_at=at,
        )
    )


def file(tx: Tx, conversation: str, path: Path, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8\xffzdjecie")
    values = {"id": path.stem, "conversation_id": conversation, "event_key": f"k:{conversation}", "kind": "image"}
    tx.execute(insert(attachments).values(**values, path=str(path), media_type="image/jpeg", at=at))
