"""Declaring an incident and ending one, and what supervisors and agents see of those that are on. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import WARSAW
from bot.errors import ContentFault, Refused, Rejected
from bot.incidents.concern import clashes
from bot.incidents.rising import SMALL_TALK
from bot.language.errors import MarkupError
from bot.store import audit, incidents, rises
from bot.store.agents import Agent
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.incidents import Incident
from bot.store.rises import Rise
from bot.store.times import to_ms
from handoff.canned import GAP
from handoff.canned_drafts import forms
from handoff.ports import Names, Voice

NAME_LIMIT, TEXT_LIMIT = 80, 1_500
# A suggestion is about now: what nobody decided on by then has passed by itself.
SUGGESTED_MS = 3 * 3_600_000
DRAFTS = "awarie"


class AlreadyDeclared(Refused):
    code = "incident_declared"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds; `starts` and `ends` as a browser writes a local time, "" for now and for open-ended."""

    key: str
    name: str
    text: str
    waiting_text: str
    over_text: str
    intents: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How many customers heard of it, and what became of telling them that it is over."""

    asked: int = 0
    waiting: int = 0
    over: int = 0
    too_late: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The supervisors' page: what is on or to come, what was, and what seems to rise."""

    present: list[Incident]
    past: list[Incident]
    told: dict[int, Told]
    rises: list[Rise]


def matters(names: Names) -> dict[str, str]:
    """Intents that an incident may concern, by the title that customers see: subjects, not parts of a conversation."""
    return {code: str(title) for code, title in names.section("intent_titles").items() if code not in SMALL_TALK}


def flows(names: Names) -> dict[str, str]:
    return {code: names.flow_name(code) for code in names.section("flow_names")}


def declare(tx: Tx, names: Names, agent: Agent, draft: Draft, now: int) -> int:
    """Declare; the incident's id. Raises Rejected with what is wrong, AlreadyDeclared when there is one like it."""
    made = _checked(names, agent, draft, now)
    incidents.declare_alone(tx)
    if clashes((each for each in incidents.unsettled(tx) if not each.is_over(now)), made) is not None:
        raise AlreadyDeclared
    values = {name: getattr(made, name) for name in Incident.__dataclass_fields__ if name != "id"}
    id = incidents.add(tx, **values)
    if id is None:
        raise AlreadyDeclared
    for rise in rises.open_ones(tx, now - SUGGESTED_MS):
        if rise.subject in made.intents:
            rises.settle(tx, rise.id, agent_id=agent.id, now=now, incident_id=id)
    audit.note(tx, at=now, who=f"agent:{agent.id}", what="incident_declared", subject=str(id))
    return id


def _checked(names: Names, agent: Agent, draft: Draft, now: int) -> Incident:
    name = " ".join(draft.name.split())
    if not name or len(name) > NAME_LIMIT:
        raise Rejected(code="incident_name")
    chosen = (draft.intents, draft.flows, draft.departments)
    known = (matters(names), flows(names), names.section("departments"))
    if not any(chosen) or any(set(some) - set(all_) for some, all_ in zip(chosen, known, strict=True)):
        raise Rejected(code="incident_matters")
    texts = [text.strip() for text in (draft.text, draft.waiting_text, draft.over_text)]
    for text in texts:
        check_text(names, text)
    starts = instant(draft.starts) or now
    ends = instant(draft.ends)
    if ends is not None and ends <= starts:
        raise Rejected(code="incident_span")
    if ends is not None and ends <= now:
        raise Rejected(code="incident_past")
    return Incident(
        id=0,
        key=draft.key,
        name=name,
        text=texts[0],
        waiting_text=texts[1],
        over_text=texts[2],
        intents=sorted(set(draft.intents)),
        flows=sorted(set(draft.flows)),
        departments=sorted(set(draft.departments)),
        starts_at=starts,
        ends_at=ends,
        declared_by=agent.id,
        declared_at=now,
        ended_by=None,
        settled_at=None,
    )


def check_text(names: Names, text: str) -> None:
    """Raises Rejected where the text is empty, too long, or cannot be said to some customer."""
    if not text or len(text) > TEXT_LIMIT:
        raise Rejected(code="incident_text")
    drawn = forms(names, text, names.section("firma"))
    if any(form.is_fatal or GAP in form.text for form in drawn):
        raise Rejected(code="incident_unsayable")


def instant(text: str) -> int | None:
    """UTC ms of a Polish wall clock's "2026-11-22T14:30"; None for "". Raises Rejected."""
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Rejected(code="incident_time") from None
    if at.tzinfo is not None or not 2000 < at.year < 2200:
        raise Rejected(code="incident_time")
    return to_ms(at.replace(tzinfo=WARSAW))


def end(tx: Tx, names: Names, agent: Agent, id: int, over_text: str, now: int) -> None:
    """It is over as of now: those who were told hear it. One that has not begun yet is called off."""
    found = incidents.find(tx, id)
    if found is None or found.is_over(now) or found.settled_at is not None:
        raise Refused(code="incident_over")
    text = over_text.strip() or found.over_text
    check_text(names, text)
    settled = now if now < found.starts_at else None
    incidents.change(tx, id, ends_at=now, ended_by=agent.id, over_text=text, settled_at=settled)
    audit.note(tx, at=now, who=f"agent:{agent.id}", what="incident_ended", subject=str(id))


def turn_down(tx: Tx, agent: Agent, id: int, now: int) -> None:
    """A suggestion is nothing to speak of."""
    if not rises.settle(tx, id, agent_id=agent.id, now=now):
        raise Refused(code="rise_settled")
    audit.note(tx, at=now, who=f"agent:{agent.id}", what="rise_turned_down", subject=str(id))


def overview(tx: Tx, now: int) -> Overview:
    latest = incidents.latest(tx)
    told = {id: _told(found) for id, found in incidents.numbers(tx).items()}
    is_past = [each.is_over(now) or each.settled_at is not None for each in latest]
    return Overview(
        present=[each for each, past in zip(latest, is_past, strict=True) if not past],
        past=[each for each, past in zip(latest, is_past, strict=True) if past],
        told=told,
        rises=rises.open_ones(tx, now - SUGGESTED_MS),
    )


def _told(found: Mapping[str, int]) -> Told:
    late = found.get("too_late", 0) + found.get("elsewhere", 0)
    return Told(found.get("asked", 0), found.get("waiting", 0), found.get("told", 0), late)


def on_now(tx: Tx, now: int) -> list[Incident]:
    """What every agent sees above everything."""
    return [each for each in incidents.unsettled(tx) if each.is_on(now)]


def answer(names: Names, voice: Voice, incident: Incident, customer: Customer | None) -> str:
    """The proposed answer, in this customer's form of address; "" where it cannot be said to them."""
    known: dict[str, Any] = names.section("firma")
    try:
        return voice.preview(customer, incident.text, known)
    except (ContentFault, MarkupError):
        return ""
