"""Events that the worker set aside after too many tries: a supervisor has them tried again or drops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.errors import Refused, Rejected
from bot.store import audit, conversations, set_aside, timers
from bot.store import customers as store_customers
from bot.store.agents import Agent
from bot.store.database import Tx
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
    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def again(self, tx: Tx, agent: Agent, id: int) -> None:
        """Back into the mailbox, by a timer that is due now: nothing is lost between commit and queue."""
        row = self._settle(tx, agent, id, "again", None)
        entry: dict[str, Any] = row["event"]
        conversation_id = str(row["conversation_id"])
        if "internal" in entry:
            key, event = str(entry["key"]), entry["internal"]
        else:
            key, event = f"again:{id}", {"kind": "again", "event": entry["event"]}
        timers.remove(tx, key)
        self.floor.tell_worker(tx, conversation_id, key, event, self.floor.now())

    def drop(self, tx: Tx, agent: Agent, id: int, reason: str) -> None:
        """It is not worth another try; why stays on record."""
        if not reason.strip():
            raise Rejected(code="reason_missing")
        self._settle(tx, agent, id, "dropped", reason.strip())

    def _settle(self, tx: Tx, agent: Agent, id: int, settlement: str, reason: str | None) -> dict[str, Any]:
        if not agent.supervises:
            raise NotAllowed
        now = self.floor.now()
        row = set_aside.settle(tx, id, settlement=settlement, by=agent.id, at=now, reason=reason)
        if row is None:
            raise Settled
        what, subject = f"set_aside_{settlement}", str(row["conversation_id"])
        audit.note(tx, at=now, who=f"agent:{agent.id}", what=what, subject=subject, set_aside=id)
        self.floor.told.tell(tx, Event(Kind.SET_ASIDE, subject))
        return row


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
