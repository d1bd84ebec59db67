"""Conversations: who owns them, which lease wrote last, what the dialogue remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Row

from bot.errors import LeaseLost
from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import conversations, customers
from bot.store.statements import WHICH, change_row, rows_where

# A list shows one line; the rest of a long message stays in the table of messages.
LINE_LIMIT = 160


@dataclass(frozen=True, slots=True)
class Conversation:
    """One page and one person. Instants are UTC milliseconds; `state` is the dialogue's snapshot."""

    id: str
    page_id: str
    psid: str
    owner: str
    epoch: int
    agent_id: int | None
    department: str | None
    reason: str | None
    waiting_since: int | None
    session_no: int
    session_turns: int
    state: dict[str, Any] | None
    fault_told: int | None
    last_customer_at: int | None
    last_message_at: int | None
    created_at: int


_FIND = rows_where([conversations.c[name] for name in Conversation.__dataclass_fields__], conversations.c.id)
_HOLD = (
    update(conversations)
    .where(conversations.c.id == bindparam(WHICH), conversations.c.fence <= bindparam("lease"))
    .values(fence=bindparam("lease"))
)
_HOLD_AND_FIND = _HOLD.returning(*(conversations.c[name] for name in Conversation.__dataclass_fields__))


def conversation_id(page_id: str, psid: str) -> str:
    return f"{page_id}:{psid}"


def _record(row: Row[Any]) -> Conversation:
    return Conversation(**row._mapping)


def find(tx: Tx, conversation: str) -> Conversation | None:
    row = tx.execute(_FIND, {WHICH: conversation}).first()
    return None if row is None else _record(row)


def find_or_create(tx: Tx, page_id: str, psid: str, now: int) -> Conversation:
    """The conversation of this person with this page; made, with its customer, when they write for the first time."""
    key = conversation_id(page_id, psid)
    found = find(tx, key)
    if found is not None:
        return found
    who = {"id": key, "page_id": page_id, "psid": psid, "created_at": now}
    insert_or_ignore(tx, customers, who)
    insert_or_ignore(tx, conversations, who)
    created = find(tx, key)
    assert created is not None
    return created


def hold(tx: Tx, conversation: str, fence: int) -> None:
    """Write under the lease numbered `fence`, or raise LeaseLost when a younger lease has already written.

    This is what makes a paused lease holder harmless when it wakes up.
    """
    held = tx.execute(_HOLD, {WHICH: conversation, "lease": fence})
    if held.rowcount == 0:
        raise LeaseLost(conversation)


def hold_and_find(tx: Tx, conversation: str, fence: int) -> Conversation:
    """As `hold`; the conversation as it is under the lease."""
    row = tx.execute(_HOLD_AND_FIND, {WHICH: conversation, "lease": fence}).first()
    if row is None:
        raise LeaseLost(conversation)
    return _record(row)


def line(author: str, text: str | None, content: Mapping[str, Any] | None, at: int) -> dict[str, Any]:
    """The columns by which lists show a conversation: its newest message in one line, a file by its kind."""
    kinds = [str(file.get("type", "")) for file in (content or {}).get("attachments") or ()]
    shown = text or " ".join(f"[{kind}]" for kind in kinds)
    return {"last_text": shown[:LINE_LIMIT], "last_author": author, "last_message_at": at}


def change(tx: Tx, conversation: str, **values: Any) -> None:
    change_row(tx, conversations, conversation, values)


def not_the_bots(tx: Tx, ids: list[str]) -> set[str]:
    """Those of `ids` that somebody else than the bot owns."""
    return set(
        tx.scalars(select(conversations.c.id).where(conversations.c.id.in_(ids), conversations.c.owner != "bot"))
    )


def move_owner(tx: Tx, conversation: str, expected_epoch: int, **values: Any) -> bool:
    """Change the owner and raise the epoch, if nobody else did since `expected_epoch` was read."""
    moved = tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation, conversations.c.epoch == expected_epoch)
        .values(epoch=expected_epoch + 1, **values)
    )
    return moved.rowcount == 1
