"""How long each kind of data is kept, as rules over the tables: a rule says which rows are over their term.

A conversation whose case is still open keeps its words and files however old they are. Cases themselves have no rule:
the law says how long a company keeps them (docs/rodo.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, func, null, or_, select

from bot.cases.cases import State
from bot.settings import Settings
from bot.store.erasure import PERSONAL
from bot.store.public_schema import comments
from bot.store.schema import (
    agent_sessions,
    attachments,
    audit,
    cases,
    complaints,
    conversations,
    customers,
    handoffs,
    messages,
    misreadings,
    notes,
    questions,
    set_aside,
)
from bot.store.times import to_ms


class Kind(StrEnum):
    """What is kept for a term of its own; each has the setting `retain_<kind>`."""

    MESSAGES = "messages"
    FILES = "files"
    NOTES = "notes"
    SNAPSHOTS = "snapshots"
    PROFILES = "profiles"
    SET_ASIDE = "set_aside"
    AUDIT = "audit"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `table` for which `over` holds: deleted, or with `blank` emptied of what these columns hold."""

    table: Table
    over: ColumnElement[bool]
    blank: Mapping[str, Any] = field(default_factory=dict)


def limits(settings: Settings, now: datetime) -> dict[Kind, int]:
    """For each kind the instant (UTC ms) before which it is over its term."""
    return {kind: to_ms(now - getattr(settings, f"retain_{kind}")) for kind in Kind}


def rules(kind: Kind, limit: dict[Kind, int]) -> tuple[Rule, ...]:
    """What of this kind is over its term."""
    before = limit[kind]
    match kind:
        case Kind.MESSAGES:
            words = {"last_text": None, "last_author": None}
            over = and_(_is_quiet(before), conversations.c.last_text.is_not(None), _has_no_open_case(conversations))
            return (
                Rule(messages, and_(messages.c.at < before, _has_no_open_case(messages))),
                # Under a post they stay for as long as their author wants; here as long as any message.
                Rule(comments, comments.c.at < before),
                Rule(misreadings, and_(misreadings.c.at < before, _has_no_open_case(misreadings))),
                Rule(complaints, _is_settled(before)),
                Rule(conversations, over, words),
            )
        case Kind.FILES:
            return (Rule(attachments, and_(attachments.c.at < before, _has_no_open_case(attachments))),)
        case Kind.NOTES:
            return (
                Rule(notes, and_(notes.c.at < before, _has_no_open_case(notes))),
                Rule(
                    questions,
                    and_(
                        questions.c.asked_at < before,
                        questions.c.settled_at.is_not(None),
                        _has_no_open_case(questions),
                    ),
                ),
                _handoffs(before),
            )
        case Kind.SNAPSHOTS:
            over = and_(_is_quiet(before), conversations.c.owner == "bot", _holds(conversations.c.state))
            # Another session: the dialogue must not find the old one's tracker.
            return (Rule(conversations, over, {"state": null(), "session_no": conversations.c.session_no + 1}),)
        case Kind.PROFILES:
            return (_profiles(before),)
        case Kind.SET_ASIDE:
            settled = and_(set_aside.c.settled_at.is_not(None), set_aside.c.at < before)
            # Nobody looked at it: the customer's words in it last as long as those of any message, and no longer.
            return (Rule(set_aside, or_(settled, set_aside.c.at < limit[Kind.MESSAGES])),)
        case Kind.AUDIT:
            # Up to the first row that stays, and none behind it: two processes' clocks differ, and the chain must not
            # lose a link in its middle.
            kept = select(func.min(audit.c.id)).where(audit.c.at >= before).scalar_subquery()
            return (Rule(audit, and_(audit.c.at < before, or_(kept.is_(None), audit.c.id < kept))),)
        case Kind.SESSIONS:
            return (Rule(agent_sessions, agent_sessions.c.expires_at < before),)


def _is_settled(before: int) -> ColumnElement[bool]:
    """A complaint nobody has settled stays, however old: its term is the company's duty."""
    return and_(complaints.c.at < before, complaints.c.settled_at.is_not(None), _has_no_open_case(complaints))


def _handoffs(before: int) -> Rule:
    """A handoff itself stays, for the figures; what was written in it goes."""
    written = or_(handoffs.c.detail.is_not(None), handoffs.c.rating_comment.is_not(None), _holds(handoffs.c.edits))
    over = and_(
        handoffs.c.requested_at < before, handoffs.c.ended_at.is_not(None), written, _has_no_open_case(handoffs)
    )
    return Rule(handoffs, over, {"detail": None, "rating_comment": None, "edits": null()})


def _profiles(before: int) -> Rule:
    """Name, address and what the company's systems said, once the customer has been quiet for the term."""
    quiet = select(conversations.c.id).where(_is_quiet(before), _has_no_open_case(conversations))
    plain = [customers.c[name] for name in PERSONAL if name not in ("address", "known")]
    known = or_(*(each.is_not(None) for each in plain), _holds(customers.c.address), _holds(customers.c.known))
    return Rule(customers, and_(customers.c.id.in_(quiet), known), PERSONAL)


def _is_quiet(before: int) -> ColumnElement[bool]:
    return func.coalesce(conversations.c.last_message_at, conversations.c.created_at) < before


def _has_no_open_case(table: Table) -> ColumnElement[bool]:
    key = table.c.id if table is conversations else table.c.conversation_id
    closed = (State.DONE.value, State.WITHDRAWN.value)
    return ~select(cases.c.id).where(cases.c.conversation_id == key, cases.c.state.not_in(closed)).exists()


def _holds(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """A JSON column may hold SQL's NULL or JSON's: both are nothing."""
    return and_(column.is_not(None), cast(column, Text) != "null")
