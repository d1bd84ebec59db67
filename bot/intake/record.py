"""Puts what a customer sent on record: the message row, its attachments, and when they last wrote."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messenger.event import Attachment, Event, EventKind
from bot.store import conversations, messages
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.messages import Author
from bot.store.schema import attachments as attachments_table
from bot.store.times import to_ms

# Control characters but tab and newline, and the private use area, in which the renderer puts its placeholders.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xE000, 0xF900)])


@dataclass(frozen=True, slots=True)
class File:
    """An attachment under an id of ours, the same at every delivery of its event."""

    id: str
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer's message, ready to be answered or shown. `at` is never in the future; `taken_at` is ours, UTC ms."""

    event: Event
    at: datetime
    taken_at: int
    text: str
    files: tuple[File, ...]


def arrival_of(event: Event, now: datetime, taken_at: int) -> Arrival:
    text = (event.text or "").translate(_UNWRITABLE)
    if event.kind is EventKind.POSTBACK and not text:
        text = (event.title or "").translate(_UNWRITABLE)
    files = tuple(File(_file_id(event.key, n), each) for n, each in enumerate(event.attachments))
    return Arrival(event, min(event.at, now), taken_at, text, files)


def record(tx: Tx, conversation: Conversation, arrival: Arrival, *, understood: dict[str, Any] | None) -> int | None:
    """Write the message; its id, or None when it is on record already. Reopens the customer's 24-hour window."""
    message_id = write(tx, conversation, arrival, understood=understood)
    if message_id is not None:
        conversations.change(tx, conversation.id, **traits(conversation, arrival))
    return message_id


def traits(conversation: Conversation, arrival: Arrival) -> dict[str, Any]:
    """What a conversation's own row says of the message: its 24-hour window, and its line in the lists."""
    latest = max(to_ms(arrival.at), conversation.last_customer_at or 0)
    line = conversations.line(Author.CUSTOMER.value, arrival.text, _content(arrival), latest)
    return {"last_customer_at": latest, **line}


def write(tx: Tx, conversation: Conversation, arrival: Arrival, *, understood: dict[str, Any] | None) -> int | None:
    """The message alone, as `record`, for whoever writes the conversation's row together with more."""
    event, at = arrival.event, to_ms(arrival.at)
    message_id = messages.write(
        tx,
        conversation_id=conversation.id,
        event_key=event.key,
        mid=event.mid,
        author=Author.CUSTOMER.value,
        text=arrival.text,
        content=_content(arrival),
        understood=understood,
        at=at,
    )
    if message_id is None:
        return None
    for file in arrival.files:
        insert_or_ignore(
            tx,
            attachments_table,
            {
                "id": file.id,
                "conversation_id": conversation.id,
                "event_key": event.key,
                "kind": file.attachment.type,
                "url": file.attachment.url,
                "at": at,
            },
        )
    return message_id


def _content(arrival: Arrival) -> dict[str, Any] | None:
    content: dict[str, Any] = {}
    if arrival.files:
        content["attachments"] = [
            {"id": f.id, "type": f.attachment.type, "url": f.attachment.url, "title": f.attachment.title}
            for f in arrival.files
        ]
    if arrival.event.payload is not None:
        content["tapped"] = True
    if arrival.event.reply_to:
        content["reply_to"] = arrival.event.reply_to
    return content or None


def _file_id(key: str, n: int) -> str:
    return hashlib.blake2b(f"{key}/{n}".encode(), digest_size=12).hexdigest()
