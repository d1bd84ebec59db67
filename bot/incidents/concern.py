"""Whether an incident concerns what a customer came with: pure decisions over values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.incidents import Incident, Over, Told

WINDOW_MS = 24 * 3_600_000
"""In which the platform lets the page write by itself (bot/messenger/policy.py, STANDARD_WINDOW)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a turn was about: the intent that was understood, the flows that are open, the department asked for."""

    intent: str | None = None
    flows: frozenset[str] = frozenset()
    department: str | None = None


def subject_of(
    understood: Mapping[str, Any] | None,
    state: Mapping[str, Any] | None,
    department: str | None = None,
    command: Mapping[str, Any] | None = None,
) -> Subject:
    """`understood` and `state` as a turn gives them back; `command` of a tapped button says what was meant."""
    stack = (state or {}).get("stack") or []
    tapped = str(command["intent"]) if command and command.get("kind") == "intent" else None
    flows = frozenset(str(frame.get("flow")) for frame in stack)
    return Subject(tapped or intent_of(understood), flows, department)


def intent_of(understood: Mapping[str, Any] | None) -> str | None:
    """The intent's full name; None where the message was not understood for certain."""
    intent = (understood or {}).get("intent")
    name = intent.get("name") if isinstance(intent, Mapping) else intent
    return str(name) if name and (understood or {}).get("understood") != "no" else None


def concerns(incident: Incident, subject: Subject) -> bool:
    if subject.intent in incident.intents or subject.department in incident.departments:
        return True
    return not subject.flows.isdisjoint(incident.flows)


def to_say(incidents: Iterable[Incident], subject: Subject, now: int) -> list[Incident]:
    """Those that are on and concern the subject, the one that began first to be said first."""
    return [each for each in incidents if each.is_on(now) and concerns(each, subject)]


def clashes(incidents: Iterable[Incident], new: Incident) -> Incident | None:
    """The incident that `new` would declare a second time: the same name or the same matters, at the same time."""
    return next((each for each in incidents if _overlap(each, new) and _is_the_same(each, new)), None)


def _is_the_same(one: Incident, other: Incident) -> bool:
    return one.name.strip().casefold() == other.name.strip().casefold() or _matters(one) == _matters(other)


def _matters(incident: Incident) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return frozenset(incident.intents), frozenset(incident.flows), frozenset(incident.departments)


def _overlap(one: Incident, other: Incident) -> bool:
    ends_first = one.ends_at is not None and one.ends_at <= other.starts_at
    starts_later = other.ends_at is not None and other.ends_at <= one.starts_at
    return not ends_first and not starts_later


def telling_over(told: Told, now: int) -> Over:
    """Whether a customer may hear that it is over: within their window, in a thread that is ours."""
    if told.owner == "elsewhere":
        return Over.ELSEWHERE
    heard = told.last_customer_at
    if told.unreachable or heard is None or now - heard >= WINDOW_MS:
        return Over.TOO_LATE
    return Over.TOLD
