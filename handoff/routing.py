"""Who gets a waiting conversation when nobody has to take it: the free agent of its department with the least to do.

Departments are the skills. Decides only; `handoff/watch.py` carries it out. Off unless a supervisor switches it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import Rejected
from bot.settings import Settings
from bot.store import agents, audit, choices, desk_queries, handoffs
from bot.store.agents import Agent, Presence, Role
from bot.store.database import Tx
from bot.store.handoffs import URGENT_REASONS
from handoff import presence
from handoff.events import Event, Kind
from handoff.floor import Floor
from handoff.side_acts import NotAllowed

CHOICE = "assignment"
MOST_ALLOWED = 20
ANSWERING = frozenset({Role.AGENT, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whether waiting conversations are given out, and how many open ones an agent may hold before getting no more."""

    automatic: bool
    most: int


@dataclass(frozen=True, slots=True)
class Wait:
    """One waiting conversation; `left_by` is the agent who put it back and shall not get it again."""

    conversation_id: str
    department: str | None
    since: int
    urgent: bool
    left_by: int | None


def plan(waits: Iterable[Wait], free: Sequence[Agent], load: Mapping[int, int], most: int) -> list[tuple[str, int]]:
    """(conversation, agent id) pairs, in the order in which they are given out: the urgent and the longest wait first.

    Each given one counts into its agent's load, so that ten that wait at once are spread. Who has equally few is
    served by id, the same every time.
    """
    held = dict(load)
    given = []
    for wait in sorted(waits, key=lambda one: (not one.urgent, one.since, one.conversation_id)):
        fit = [a for a in free if _can(a, wait) and held.get(a.id, 0) < most]
        if not fit:
            continue
        chosen = min(fit, key=lambda a: (held.get(a.id, 0), a.id))
        held[chosen.id] = held.get(chosen.id, 0) + 1
        given.append((wait.conversation_id, chosen.id))
    return given


def _can(agent: Agent, wait: Wait) -> bool:
    """An agent without departments answers for all of them."""
    return agent.id != wait.left_by and (not agent.departments or wait.department in agent.departments)


def current(tx: Tx, settings: Settings) -> Assignment:
    """As the supervisors chose on the console, else as the settings say."""
    chosen: Mapping[str, Any] = choices.everything(tx).get(CHOICE) or {}
    return Assignment(
        bool(chosen.get("automatic", settings.assignment == "automatic")),
        int(chosen.get("most", settings.assignment_most)),
    )


def choose(tx: Tx, floor: Floor, agent: Agent, assignment: Assignment) -> None:
    """A supervisor switches automatic assignment on or off for everybody."""
    if not agent.supervises:
        raise NotAllowed
    if not 1 <= assignment.most <= MOST_ALLOWED:
        raise Rejected(code="assignment_most")
    value: dict[str, Any] = {"automatic": assignment.automatic, "most": assignment.most}
    now = floor.now()
    choices.put(tx, CHOICE, value, agent_id=agent.id, now=now)
    audit.note(tx, at=now, who=f"agent:{agent.id}", what="assignment_chosen", **value)
    floor.told.tell(tx, Event(Kind.AGENT))


def to_give_out(tx: Tx, settings: Settings, now: int) -> list[tuple[str, int]]:
    """What is to be given to whom right now; nothing while agents take for themselves."""
    assignment = current(tx, settings)
    if not assignment.automatic:
        return []
    waiting = desk_queries.rows(tx, desk_queries.List.WAITING, agent_id=0)
    if not waiting:
        return []
    staff = agents.everybody(tx)
    free = [a for a in staff if Role(a.role) in ANSWERING and presence.of(a, now) is Presence.AVAILABLE]
    waits = [
        Wait(
            conversation_id=row.id,
            department=row.department,
            since=row.waiting_since or now,
            urgent=row.reason in URGENT_REASONS,
            left_by=going_on.agent_id if (going_on := handoffs.open_of(tx, row.id)) is not None else None,
        )
        for row in waiting
    ]
    return plan(waits, free, agents.load(tx), assignment.most)
