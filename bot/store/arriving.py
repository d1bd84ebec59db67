"""What is known of a conversation when something of it arrives, in one statement: every message begins with it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, exists, select

from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.schema import conversations, customers, messages
from bot.store.statements import WHICH

_THEIRS = [conversations.c[name] for name in Conversation.__dataclass_fields__]
_OF_THEM = [customers.c[name] for name in Customer.__dataclass_fields__]
_FIND = (
    select(*_THEIRS, *_OF_THEM, exists().where(messages.c.event_key == bindparam("event_key")))
    .join_from(conversations, customers, customers.c.id == conversations.c.id)
    .where(conversations.c.id == bindparam(WHICH))
)


class Known(NamedTuple):
    conversation: Conversation
    customer: Customer
    seen: bool  # the event is on record already


def find(tx: Tx, conversation: str, event_key: str) -> Known | None:
    """None where the conversation, or its customer, is not there yet."""
    row = tx.execute(_FIND, {WHICH: conversation, "event_key": event_key}).first()
    if row is None:
        return None
    values, split = tuple(row), len(_THEIRS)
    return Known(Conversation(*values[:split]), Customer(*values[split:-1]), bool(values[-1]))
