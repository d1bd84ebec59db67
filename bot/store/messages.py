"""Messages: the transcript, both directions, with what became of each outgoing one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, and_, bindparam, case, desc, func, select, update

from bot.store.database import Tx
from bot.store.schema import messages
from bot.store.statements import WHICH, insert_row, rows_where


class Author(StrEnum):
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    PAGE_INBOX = "page_inbox"  # a person, or another app, wrote outside this product
    SYSTEM = "system"  # what the desk tells the customer: place in the queue, change of voice


class Status(StrEnum):
    """Of an outgoing message. Order is the order of progress; a late report never moves it back."""

    QUEUED = "queued"
    DOUBT = "doubt"  # sent, perhaps: the answer did not come back, nor the echo yet
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"
    DROPPED = "dropped"  # decided under an owner who had gone when it was to be sent


# In place of a failure, of a message that the customer may have read twice, or has.
PERHAPS_TWICE, TWICE = "perhaps_twice", "twice"

# Messages of both sides among which those lie that a watermark is about: nobody leaves more of ours unread.
LOOKED_BACK = 200

PROGRESS = {Status.QUEUED: 0, Status.DOUBT: 1, Status.SENT: 2, Status.DELIVERED: 3, Status.SEEN: 4}


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    conversation_id: str
    mid: str | None
    outbox_id: str | None
    author: str
    agent_id: int | None
    persona: str | None
    text: str | None
    content: dict[str, Any] | None
    understood: dict[str, Any] | None
    status: str | None
    failure: str | None
    edited_at: int | None
    at: int


_COLUMNS = [messages.c[name] for name in Message.__dataclass_fields__]
_OF_EVENT = rows_where([messages.c.id], messages.c.event_key)
_BY_OUTBOX = rows_where(_COLUMNS, messages.c.outbox_id)
_BY_MID = rows_where(_COLUMNS, messages.c.mid)


def add(tx: Tx, **values: Any) -> bool:
    """Write a message; False when its event, mid or outbox id is already there."""
    return write(tx, **values) is not None


def write(tx: Tx, **values: Any) -> int | None:
    """Write a message; its id, or None when its event, mid or outbox id is already there."""
    written: int | None = insert_row(tx, messages, values)
    return written


def has_event(tx: Tx, event_key: str) -> bool:
    return id_of_event(tx, event_key) is not None


def id_of_event(tx: Tx, event_key: str) -> int | None:
    found: int | None = tx.scalar(_OF_EVENT, {WHICH: event_key})
    return found


def of_conversation(tx: Tx, conversation: str, *, before: int | None = None, limit: int = 50) -> list[Message]:
    """The newest `limit` messages older than the message with id `before`, oldest first."""
    query = select(*_COLUMNS).where(messages.c.conversation_id == conversation)
    if before is not None:
        query = query.where(messages.c.id < before)
    rows = tx.execute(query.order_by(desc(messages.c.id)).limit(limit)).all()
    return [Message(**row._mapping) for row in reversed(rows)]


def find_by_outbox(tx: Tx, outbox_id: str) -> Message | None:
    row = tx.execute(_BY_OUTBOX, {WHICH: outbox_id}).first()
    return None if row is None else Message(**row._mapping)


def find_by_mid(tx: Tx, mid: str) -> Message | None:
    row = tx.execute(_BY_MID, {WHICH: mid}).first()
    return None if row is None else Message(**row._mapping)


def settle(tx: Tx, outbox_id: str, status: Status, *, mid: str | None = None, failure: str | None = None) -> None:
    """Note what became of an outgoing message. A mid is the newest one heard of; progress never goes back.

    Of a message that was sent a second time in doubt it stays on record, and becomes certain once the platform has
    named it by two mids. It is never called unsent: the first may have arrived.
    """
    values: dict[str, Any] = {WHICH: outbox_id, "why": failure}
    if mid is not None:
        values["heard"] = mid
    tx.execute(_settling(status, is_heard=mid is not None), values)


def perhaps_twice(tx: Tx, outbox_id: str) -> None:
    """It is sent again, though the first may have arrived: no answer to it came, and no echo."""
    tx.execute(_PERHAPS_TWICE, {WHICH: outbox_id})


@lru_cache(maxsize=32)
def _settling(status: Status, *, is_heard: bool) -> Update:
    settling = update(messages).where(messages.c.outbox_id == bindparam(WHICH))
    said = messages.c.failure
    is_marked = func.coalesce(said, "").in_((PERHAPS_TWICE, TWICE))
    marks: list[tuple[Any, Any]] = [(is_marked, said)]
    if is_heard:
        settling = settling.values(mid=bindparam("heard"))
        two_mids = and_(said == PERHAPS_TWICE, messages.c.mid != bindparam("heard"))
        marks.insert(0, (two_mids, TWICE))
    settling = settling.values(failure=case(*marks, else_=bindparam("why", type_=said.type)))
    if status not in PROGRESS:
        return settling.values(status=case((is_marked, Status.DOUBT.value), else_=status.value))
    earlier = [s.value for s, rank in PROGRESS.items() if rank <= PROGRESS[status]]
    return settling.values(status=case((messages.c.status.in_(earlier), status.value), else_=messages.c.status))


_PERHAPS_TWICE = (
    update(messages)
    .where(messages.c.outbox_id == bindparam(WHICH), func.coalesce(messages.c.failure, "") != TWICE)
    .values(failure=PERHAPS_TWICE)
)


def mark_watermark(tx: Tx, conversation: str, status: Status, watermark_ms: int) -> int:
    """Everything we sent up to `watermark_ms` was delivered or seen; how many messages that moved forward."""
    moved = tx.execute(_marking(status), {WHICH: conversation, "watermark": watermark_ms})
    return moved.rowcount


@lru_cache(maxsize=4)
def _marking(status: Status) -> Update:
    # That later messages were read says nothing of one in doubt.
    earlier = [s.value for s, rank in PROGRESS.items() if rank < PROGRESS[status] and s is not Status.DOUBT]
    newest = (
        select(messages.c.id, messages.c.author, messages.c.status, messages.c.at)
        .where(messages.c.conversation_id == bindparam(WHICH))
        .order_by(desc(messages.c.id))
        .limit(LOOKED_BACK)
        .subquery()
    )
    reached = select(newest.c.id).where(
        newest.c.at <= bindparam("watermark"),
        newest.c.author != Author.CUSTOMER.value,
        newest.c.status.in_(earlier),
    )
    return update(messages).where(messages.c.id.in_(reached)).values(status=status.value)


def edit(tx: Tx, mid: str, text: str, at: int) -> bool:
    """The customer changed what they wrote; the transcript shows the new text and that it was edited."""
    return tx.execute(update(messages).where(messages.c.mid == mid).values(text=text, edited_at=at)).rowcount == 1
