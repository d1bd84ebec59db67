"""Outgoing messages that still have to leave, in the order of their conversation.

A row is `queued`, `sending` (handed to the platform, no answer yet) or `doubt` (no answer came; its echo decides).
A row that is done leaves the table; what became of it stands in `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Insert, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.engine import Row

from bot.store import messages
from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.messages import Author, Status
from bot.store.schema import buttons, conversations, outbox, page_stops
from bot.store.statements import WHICH, change_row, inserting, rows_where


@dataclass(frozen=True, slots=True)
class Outgoing:
    id: str
    seq: int
    conversation_id: str
    epoch: int
    author: str
    purpose: str
    body: dict[str, Any]
    persona_id: str | None
    reply_to: str | None
    state: str
    attempts: int
    due_at: int
    sending_since: int | None
    created_at: int


class Queued(NamedTuple):
    """One message to a customer, as the transcript shows it; `message_id` is None where it stood there before."""

    id: str
    message_id: int | None
    text: str | None
    content: dict[str, Any] | None


_OF_CONVERSATION = rows_where([outbox.c[name] for name in Outgoing.__dataclass_fields__], outbox.c.conversation_id)
_NEXT = _OF_CONVERSATION.order_by(outbox.c.seq).limit(1)
# What a sender asks before every message, in one statement: the row, the window it goes by, and the page's rest.
_NEXT_TO_SEND = (
    select(
        *(outbox.c[name] for name in Outgoing.__dataclass_fields__),
        conversations.c.last_customer_at,
        func.coalesce(page_stops.c.until, page_stops.c.at).label("page_rests_until"),
    )
    .join_from(outbox, conversations, conversations.c.id == outbox.c.conversation_id)
    .outerjoin(page_stops, page_stops.c.page_id == conversations.c.page_id)
    .where(outbox.c.conversation_id == bindparam(WHICH))
    .order_by(outbox.c.seq)
    .limit(1)
)
_FINISH = delete(outbox).where(outbox.c.id == bindparam(WHICH))

# The fence. On PostgreSQL two transactions may overlap: without the lock it could read the owner of a moment ago.
_LOCK_OWNER = (
    select(conversations.c.id)
    .where(
        conversations.c.id == select(outbox.c.conversation_id).where(outbox.c.id == bindparam(WHICH)).scalar_subquery()
    )
    .with_for_update(read=True, of=conversations)
)
_STILL_SPEAKS = exists().where(conversations.c.id == outbox.c.conversation_id, conversations.c.epoch == outbox.c.epoch)
_BEGIN = (
    update(outbox)
    .where(
        outbox.c.id == bindparam(WHICH),
        outbox.c.state == "queued",
        or_(outbox.c.author != Author.BOT.value, _STILL_SPEAKS),
    )
    .values(state="sending", attempts=outbox.c.attempts + 1, sending_since=bindparam("since"))
)


def _record(row: Row[Any]) -> Outgoing:
    return Outgoing(**row._mapping)


def queue(
    tx: Tx,
    *,
    id: str,
    conversation_id: str,
    epoch: int,
    author: Author,
    purpose: str,
    body: dict[str, Any],
    now: int,
    text: str | None = None,
    content: dict[str, Any] | None = None,
    persona: str | None = None,
    persona_id: str | None = None,
    agent_id: int | None = None,
    reply_to: str | None = None,
) -> int | None:
    """Queue one message, and show it in the transcript; the message's id there, or None when it is queued already.

    `id` is deterministic: queued twice is queued once.

    `body` is the Send API's `message`; the id goes out as its `metadata` and comes back in the echo.
    """
    shown = messages.write(
        tx,
        conversation_id=conversation_id,
        outbox_id=id,
        author=author.value,
        agent_id=agent_id,
        persona=persona,
        text=text,
        content=content,
        status=Status.QUEUED.value,
        at=now,
    )
    if shown is None:
        return None
    queued = tx.scalar(
        _queueing(tx.is_postgresql),
        {
            "id": id,
            WHICH: conversation_id,
            "earliest": now * 1000,
            "conversation_id": conversation_id,
            "epoch": epoch,
            "author": author.value,
            "purpose": purpose,
            "body": body,
            "persona_id": persona_id,
            "reply_to": reply_to,
            "state": "queued",
            "due_at": now,
            "created_at": now,
        },
    )
    return shown if queued is not None else None


@lru_cache(maxsize=2)
def _queueing(is_postgresql: bool) -> Insert:
    """Later than everything that waits, and later than what was sent before in this millisecond."""
    last = select(func.max(outbox.c.seq) + 1).where(outbox.c.conversation_id == bindparam(WHICH)).scalar_subquery()
    greatest = func.greatest if is_postgresql else func.max
    seq = greatest(func.coalesce(last, 0), bindparam("earliest", type_=BigInteger))
    return inserting(outbox, is_postgresql).values(seq=seq)


def next_of(tx: Tx, conversation: str) -> Outgoing | None:
    """The oldest row of the conversation: nothing behind it may leave before it is settled."""
    row = tx.execute(_NEXT, {WHICH: conversation}).first()
    return None if row is None else _record(row)


class NextToSend(NamedTuple):
    """Instants are UTC milliseconds; `page_rests_until` None: the page may send."""

    row: Outgoing
    last_customer_at: int | None
    page_rests_until: int | None


def next_to_send(tx: Tx, conversation: str) -> NextToSend | None:
    """As `next_of`, with what decides whether it may leave now."""
    row = tx.execute(_NEXT_TO_SEND, {WHICH: conversation}).first()
    if row is None:
        return None
    *values, last_customer_at, page_rests_until = row
    return NextToSend(Outgoing(*values), last_customer_at, page_rests_until)


def begin_sending(tx: Tx, id: str, now: int) -> bool:
    """The fence: hand the row to the platform only if its author may still speak.

    One statement, so that a change of owner either comes before (the bot's row is refused) or after (whoever takes
    over sees the row as `sending` and waits for it). Agents' and the desk's own sentences pass.
    """
    if tx.is_postgresql:
        tx.execute(_LOCK_OWNER, {WHICH: id})
    return tx.execute(_BEGIN, {WHICH: id, "since": now}).rowcount == 1


def requeue(tx: Tx, id: str, due_at: int) -> None:
    change_row(tx, outbox, id, {"state": "queued", "due_at": due_at})


def doubt(tx: Tx, id: str, due_at: int) -> None:
    """No answer came back: the platform may have delivered it. Look again at `due_at`, when the echo had its time."""
    change_row(tx, outbox, id, {"state": "doubt", "due_at": due_at})
    messages.settle(tx, id, Status.DOUBT)


def finish(tx: Tx, id: str, status: Status, *, mid: str | None = None, failure: str | None = None) -> bool:
    """The row is done; False when it already was (its echo came first, say)."""
    gone = tx.execute(_FINISH, {WHICH: id}).rowcount == 1
    messages.settle(tx, id, status, mid=mid, failure=failure)
    return gone


def leave_in_doubt(tx: Tx) -> int:
    """Settle everything that waits as perhaps sent, and never send it: the record is an older copy. How many it was."""
    waiting = list(tx.scalars(select(outbox.c.id)))
    for id in waiting:
        finish(tx, id, Status.DOUBT)
    return len(waiting)


def count_bot_in_flight(tx: Tx, conversation: str) -> int:
    """Bot messages that were handed to the platform and not settled: whoever takes over waits for these."""
    return (
        tx.scalar(
            select(func.count())
            .select_from(outbox)
            .where(
                outbox.c.conversation_id == conversation,
                outbox.c.author == Author.BOT.value,
                outbox.c.state == "sending",
            )
        )
        or 0
    )


def conversations_due(tx: Tx, now: int, limit: int = 500) -> list[str]:
    """Conversations with something to send: the sweep that makes up for a wake-up call that was lost."""
    query = select(outbox.c.conversation_id).where(outbox.c.due_at <= now).distinct().limit(limit)
    return list(tx.scalars(query))


def remember_button(tx: Tx, token: str, command: dict[str, Any]) -> None:
    """`token` says the command (it is made of it), and no button is ever removed: most are there already."""
    if tx.stores(f"button:{token}"):
        insert_or_ignore(tx, buttons, {"token": token, "command": command})


def button_command(tx: Tx, token: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = tx.scalar(select(buttons.c.command).where(buttons.c.token == token))
    return found
