"""Incidents and whom they were told. What concerns whom is decided in bot/incidents; here it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update

from bot.store.database import Tx
from bot.store.inserts import insert_or_ignore
from bot.store.public_schema import incident_tellings as tellings
from bot.store.public_schema import incidents
from bot.store.schema import conversations, customers, handoffs, messages
from bot.store.statements import insert_row


class How(StrEnum):
    """On what occasion a customer was told."""

    ASKED = "asked"  # they wrote about it
    WAITING = "waiting"  # they were waiting for a person


class Over(StrEnum):
    """What became of telling them that it is over."""

    TOLD = "told"
    TOO_LATE = "too_late"  # more than 24 hours since they wrote, or they cannot be reached
    ELSEWHERE = "elsewhere"  # the thread is another app's


@dataclass(frozen=True, slots=True)
class Incident:
    """Instants are UTC milliseconds; `ends_at` None: until somebody ends it. Texts are in the address markup."""

    id: int
    key: str
    name: str
    text: str
    waiting_text: str
    over_text: str
    intents: list[str]
    flows: list[str]
    departments: list[str]
    starts_at: int
    ends_at: int | None
    declared_by: int
    declared_at: int
    ended_by: int | None
    settled_at: int | None

    def is_on(self, now: int) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    def is_over(self, now: int) -> bool:
        return self.ends_at is not None and self.ends_at <= now


_COLUMNS = [incidents.c[name] for name in Incident.__dataclass_fields__]


def declare_alone(tx: Tx) -> None:
    """Until this transaction ends nobody else declares: whoever looks whether there is one like it sees the last word.

    Reading goes on. SQLite has one writer anyway.
    """
    if tx.is_postgresql:
        tx.execute(text("LOCK TABLE incidents IN SHARE ROW EXCLUSIVE MODE"))


def add(tx: Tx, **values: Any) -> int | None:
    """Declare; the id, or None when its `key` is taken."""
    made: int | None = insert_row(tx, incidents, values)
    return made


def find(tx: Tx, id: int) -> Incident | None:
    row = tx.execute(select(*_COLUMNS).where(incidents.c.id == id)).first()
    return None if row is None else Incident(**row._mapping)


def unsettled(tx: Tx) -> list[Incident]:
    """Those to come, those that are on, and those that are over but not told to everybody; oldest first."""
    query = select(*_COLUMNS).where(incidents.c.settled_at.is_(None)).order_by(incidents.c.starts_at, incidents.c.id)
    return [Incident(**row._mapping) for row in tx.execute(query)]


def latest(tx: Tx, limit: int = 30) -> list[Incident]:
    query = select(*_COLUMNS).order_by(incidents.c.starts_at.desc(), incidents.c.id.desc()).limit(limit)
    return [Incident(**row._mapping) for row in tx.execute(query)]


def change(tx: Tx, id: int, **values: Any) -> None:
    tx.execute(update(incidents).where(incidents.c.id == id).values(**values))


def told(tx: Tx, id: int, conversation: str, how: How, now: int) -> bool:
    """Note that this customer is told; False when they were told before."""
    values = {"incident_id": id, "conversation_id": conversation, "how": how.value, "at": now}
    return insert_or_ignore(tx, tellings, values)


def numbers(tx: Tx) -> dict[int, dict[str, int]]:
    """For each incident how many were told on which occasion, and what became of telling that it is over."""
    found: dict[int, dict[str, int]] = {}
    for column in (tellings.c.how, tellings.c.over):
        query = select(tellings.c.incident_id, column, func.count()).where(column.is_not(None))
        for id, what, count in tx.execute(query.group_by(tellings.c.incident_id, column)):
            found.setdefault(int(id), {})[str(what)] = int(count)
    return found


def waiting_untold(tx: Tx, incident: Incident, heard_since: int, now: int, limit: int) -> list[str]:
    """Conversations waiting for a person that it concerns, whose customers may be written to and were not told."""
    was_told = (
        select(tellings.c.conversation_id)
        .where(tellings.c.incident_id == incident.id, tellings.c.conversation_id == conversations.c.id)
        .exists()
    )
    query = (
        select(conversations.c.id)
        .join(customers, customers.c.id == conversations.c.id)
        .where(
            conversations.c.owner == "waiting",
            conversations.c.last_customer_at > heard_since,
            customers.c.unreachable.is_(False),
            or_(customers.c.muted_until.is_(None), customers.c.muted_until <= now),
            _concerned(incident),
            ~was_told,
        )
        .order_by(conversations.c.waiting_since)
        .limit(limit)
    )
    return list(tx.scalars(query))


def _concerned(incident: Incident) -> ColumnElement[bool]:
    """By the department they wait for, the flow in which they asked for a person, or what they last wrote about."""
    in_flow = (
        select(handoffs.c.id)
        .where(
            handoffs.c.conversation_id == conversations.c.id,
            handoffs.c.ended_at.is_(None),
            handoffs.c.flow.in_(incident.flows),
        )
        .exists()
    )
    last_meant = (
        select(messages.c.understood["intent"]["name"].as_string())
        .where(
            messages.c.conversation_id == conversations.c.id,
            messages.c.author == "customer",
            messages.c.at >= incident.starts_at - 6 * 3_600_000,
        )
        .order_by(messages.c.at.desc(), messages.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ways: list[ColumnElement[bool]] = []
    if incident.departments:
        ways.append(conversations.c.department.in_(incident.departments))
    if incident.flows:
        ways.append(in_flow)
    if incident.intents:
        ways.append(last_meant.in_(incident.intents))
    return or_(*ways)


@dataclass(frozen=True, slots=True)
class Told:
    """A customer who was told of an incident that is over: who owns the thread, when they last wrote."""

    conversation_id: str
    owner: str
    last_customer_at: int | None
    unreachable: bool


def to_be_told_over(tx: Tx, id: int, limit: int) -> list[Told]:
    """Those who were told that it is on, and not yet that it is over."""
    query = (
        select(
            conversations.c.id.label("conversation_id"),
            conversations.c.owner,
            conversations.c.last_customer_at,
            customers.c.unreachable,
        )
        .select_from(tellings)
        .join(conversations, conversations.c.id == tellings.c.conversation_id)
        .join(customers, customers.c.id == conversations.c.id)
        .where(tellings.c.incident_id == id, tellings.c.over.is_(None))
        .order_by(tellings.c.at)
        .limit(limit)
    )
    return [Told(**row._mapping) for row in tx.execute(query)]


def note_over(tx: Tx, id: int, conversation: str, over: Over, now: int) -> bool:
    """Note what became of telling them; False when another worker was faster."""
    mine = and_(tellings.c.incident_id == id, tellings.c.conversation_id == conversation, tellings.c.over.is_(None))
    return tx.execute(update(tellings).where(mine).values(over=over.value, over_at=now)).rowcount == 1
