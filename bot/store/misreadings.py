"""Misreadings: messages that the assistant did not understand, until an editor has looked at each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import desc, func, select, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.schema import customers, messages, misreadings


class Settlement(StrEnum):
    EXAMPLE = "example"  # added to the examples of an intent
    QUESTION = "question"  # began a new question
    PASSED = "passed"  # nothing to learn from it


@dataclass(frozen=True, slots=True)
class Misreading:
    """One message with its words as the customer wrote them: mask them before anybody reads them."""

    id: int
    kind: str
    offered: list[str]
    chosen: str | None
    at: int
    text: str
    first_name: str | None
    last_name: str | None
    settled_at: int | None
    settlement: str | None
    intent: str | None
    added: str | None


_OWN = ("id", "kind", "offered", "chosen", "at", "settled_at", "settlement", "intent", "added")
_QUERY = (
    select(
        *(misreadings.c[name] for name in _OWN),
        messages.c.text,
        customers.c.first_name,
        customers.c.last_name,
    )
    .join(messages, messages.c.id == misreadings.c.message_id)
    .join(customers, customers.c.id == misreadings.c.conversation_id)
)


def note(
    tx: Tx, *, conversation_id: str, message_id: int, kind: str, offered: Sequence[str], chosen: str | None, at: int
) -> None:
    """Once a message: read wrongly in two ways it is one misreading."""
    values = {"conversation_id": conversation_id, "message_id": message_id, "kind": kind, "offered": list(offered)}
    insert_or_ignore(tx, misreadings, {**values, "chosen": chosen, "at": at})


def note_choice(tx: Tx, conversation_id: str, chosen: str, since: int) -> None:
    """What the customer chose after what was last not understood, if that was since `since` and is not known yet."""
    last = select(func.max(misreadings.c.id)).where(
        misreadings.c.conversation_id == conversation_id, misreadings.c.at >= since
    )
    id = tx.scalar(last)
    tx.execute(update(misreadings).where(misreadings.c.id == id, misreadings.c.chosen.is_(None)).values(chosen=chosen))


def previous_message(tx: Tx, conversation_id: str, before: int) -> tuple[int, str, dict[str, Any]] | None:
    """The customer's message before the one with id `before`: its id, its words, what was understood of it."""
    row = tx.execute(
        select(messages.c.id, messages.c.text, messages.c.understood)
        .where(messages.c.conversation_id == conversation_id, messages.c.author == "customer", messages.c.id < before)
        .order_by(desc(messages.c.id))
        .limit(1)
    ).first()
    return None if row is None or not row.text else (int(row.id), str(row.text), row.understood or {})


def open_ones(tx: Tx, limit: int) -> list[Misreading]:
    """Those that nobody has looked at, the latest first."""
    query = _QUERY.where(misreadings.c.settled_at.is_(None), messages.c.text != "")
    return _all(tx, query.order_by(desc(misreadings.c.id)).limit(limit))


def settled_ones(tx: Tx, limit: int) -> list[Misreading]:
    """What editors took into the files, the latest first."""
    query = _QUERY.where(misreadings.c.settled_at.is_not(None), misreadings.c.added.is_not(None))
    return _all(tx, query.order_by(desc(misreadings.c.settled_at), desc(misreadings.c.id)).limit(limit))


def by_ids(tx: Tx, ids: Collection[int]) -> list[Misreading]:
    return _all(tx, _QUERY.where(misreadings.c.id.in_(ids)).order_by(misreadings.c.id))


def count_open(tx: Tx) -> int:
    return tx.scalar(select(func.count()).select_from(misreadings).where(misreadings.c.settled_at.is_(None))) or 0


def settle(
    tx: Tx, id: int, settlement: Settlement, *, by: int, now: int, intent: str | None = None, added: str | None = None
) -> bool:
    """False when somebody was faster."""
    changed = tx.execute(
        update(misreadings)
        .where(misreadings.c.id == id, misreadings.c.settled_at.is_(None))
        .values(settled_at=now, settled_by=by, settlement=settlement.value, intent=intent, added=added)
    )
    return changed.rowcount == 1


def reopen(tx: Tx, id: int) -> None:
    tx.execute(
        update(misreadings)
        .where(misreadings.c.id == id)
        .values(settled_at=None, settled_by=None, settlement=None, intent=None, added=None)
    )


def _all(tx: Tx, query: Any) -> list[Misreading]:
    return [Misreading(**row._mapping) for row in tx.execute(query)]
