"""Events that the worker set aside after too many tries: a supervisor has them tried again or drops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from bot.errors import Refused, Rejected
from bot.store import audit, conversations, messages, set_aside, timers
from bot.store import customers as store_customers
from bot.store.agents import Agent
from bot.store.database import Tx
from bot.store.times import from_ms
from handoff.events import Event, Kind
from handoff.floor import Floor
from handoff.side_acts import NotAllowed


class Settled(Refused):
    """A colleague was faster."""

    code = "set_aside_settled"


@dataclass(frozen=True, slots=True)
class SetAside:
    """One event with what a supervisor needs to judge it. `error` holds a type and a code, never a text."""

    id: int
    conversation_id: str
    first_name: str | None
    last_name: str | None
    kind: str  # of the event: message, postback, …; or of the internal one: handback, desk, …
    text: str | None
    attachments: tuple[str, ...]
    error: str
    attempts: int
    at: int


class SetAsides:
    """What a supervisor does with one on the console."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def again(self, tx: Tx, agent: Agent, id: int) -> None:
        subject = put_back(tx, id, who=_supervisor(agent), by=agent.id, now=self.floor.now())
        tx.after_commit(self.floor.wake_timers)
        self.floor.told.tell(tx, Event(Kind.SET_ASIDE, subject))

    def drop(self, tx: Tx, agent: Agent, id: int, reason: str) -> None:
        subject = give_up(tx, id, reason, who=_supervisor(agent), by=agent.id, now=self.floor.now())
        self.floor.told.tell(tx, Event(Kind.SET_ASIDE, subject))


def _supervisor(agent: Agent) -> str:
    if not agent.supervises:
        raise NotAllowed
    return f"agent:{agent.id}"


def put_back(tx: Tx, id: int, *, who: str, by: int | None, now: int) -> str:
    """Back into the mailbox, by a timer that is due now: nothing is lost between commit and queue. Whose it is.

    Raises Settled where it is not open any more.
    """
    row = _settle(tx, id, "again", None, who, by, now)
    entry: dict[str, Any] = row["event"]
    if "internal" in entry:
        key, event = str(entry["key"]), entry["internal"]
    else:
        key, event = f"again:{id}", {"kind": "again", "event": entry["event"]}
    timers.remove(tx, key)
    timers.set_timer(tx, id=key, conversation_id=str(row["conversation_id"]), event=event, due_at=now)
    return str(row["conversation_id"])


def give_up(tx: Tx, id: int, reason: str, *, who: str, by: int | None, now: int) -> str:
    """It is not worth another try; why stays on record. Whose it is. Raises Rejected without a reason, and Settled."""
    if not reason.strip():
        raise Rejected(code="reason_missing")
    return str(_settle(tx, id, "dropped", reason.strip(), who, by, now)["conversation_id"])


def _settle(tx: Tx, id: int, settlement: str, reason: str | None, who: str, by: int | None, now: int) -> dict[str, Any]:
    row = set_aside.settle(tx, id, settlement=settlement, by=by, at=now, reason=reason)
    if row is None:
        raise Settled
    audit.note(tx, at=now, who=who, what=f"set_aside_{settlement}", subject=str(row["conversation_id"]), set_aside=id)
    return row


def whole(tx: Tx, id: int) -> str:
    """One that is open with all that is known of it, as JSON: for whoever looks for what is wrong with it."""
    row = next((row for row in set_aside.open_ones(tx) if row["id"] == id), None)
    if row is None:
        raise Settled
    talk = [
        {"at": from_ms(one.at).isoformat(), "author": one.author, "status": one.status, "text": one.text}
        for one in messages.of_conversation(tx, str(row["conversation_id"]), limit=10)
    ]
    conversation = conversations.find(tx, str(row["conversation_id"]))
    shown = {
        **{name: row[name] for name in ("id", "conversation_id", "error", "attempts", "event")},
        "at": from_ms(row["at"]).isoformat(),
        "owner": conversation.owner if conversation else None,
        "talk": talk,
    }
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def open_ones(tx: Tx, limit: int = 100) -> list[SetAside]:
    """What waits for a decision, the oldest first."""
    return [_of(tx, row) for row in set_aside.open_ones(tx, limit=limit)]


def _of(tx: Tx, row: dict[str, Any]) -> SetAside:
    entry = row["event"]
    inner: dict[str, Any] = entry.get("internal") or entry.get("event") or {}
    # An event that failed again after it was tried again stands one level deeper.
    event: dict[str, Any] = inner["event"] if inner.get("kind") == "again" else inner
    conversation = conversations.find(tx, row["conversation_id"])
    customer = store_customers.find(tx, conversation.id) if conversation is not None else None
    return SetAside(
        id=row["id"],
        conversation_id=row["conversation_id"],
        first_name=customer.first_name if customer else None,
        last_name=customer.last_name if customer else None,
        kind=str(event.get("kind") or ""),
        text=event.get("text") or event.get("title"),
        attachments=tuple(str(one.get("type") or "") for one in event.get("attachments") or ()),
        error=row["error"],
        attempts=row["attempts"],
        at=row["at"],
    )
