"""Notices complaints in what customers write, starts their clock, and brings a person; called by worker and desk.

`aggrieved` decides on a turn before it is committed, the rest are steps inside a transaction. One matter has one clock:
who complains on adds to the complaint that is open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from bot.complaints import statute
from bot.dialogue.grievances import DEFAULT_DEPARTMENT, Grievance, department_of, grievance
from bot.dialogue.saying import led_by
from bot.dialogue.turns import Act, Turn
from bot.store import audit, complaints
from bot.store.complaints import Settlement
from bot.store.database import Tx

REASON = "skarga"
HANDOFF = "przekaz_konsultantowi"
_ANGER = "frustracja"
# Said outright: the intent that begins the flow of that name.
OUTRIGHT = "wprost"
FLOW = "reklamacja"
# Not said to somebody who complains: questions, and the offer of the person who is coming anyway.
_QUESTIONS = frozenset({"ask", "confirm", "fallback", "reject", "summary"})
_OFFERS = frozenset({"utter_frustracja", "utter_frustracja_w_trakcie"})
_APOLOGY = "utter_frustracja_przeprosiny"
_HANDOFFS = frozenset({HANDOFF, "przekaz_pilnie"})


def aggrieved(turn: Turn, text: str, key: str, *, tapped: bool) -> Turn:
    """The turn with a person asked for, if `text` is a complaint that wants one.

    In the middle of a flow only a threat does: there the complaint is marked and the flow goes on. Whoever files a
    complaint outright is in its own flow, and whoever is handed over for another reason already is with a person.
    """
    found = None if tapped else grievance(text)
    if found is None or _is_in(turn.state, FLOW):
        return turn
    handed = next((act for act in turn.acts if act.name in _HANDOFFS), None)
    if handed is not None:
        return _routed(turn, handed, found)
    if not wants_a_person(turn.state, found):
        return turn
    act = Act(HANDOFF, {"reason": REASON, "department": found.department}, f"{key}:complaint")
    kept = [say for say in turn.says if say.purpose not in _QUESTIONS and say.response not in _OFFERS]
    return replace(turn, says=led_by(_APOLOGY, kept, turn.says), acts=[*turn.acts, act])


def wants_a_person(state: Mapping[str, Any], found: Grievance) -> bool:
    """Whether a person is brought at once, where the assistant has the conversation; `state`: its snapshot."""
    return not _is_in(state, FLOW) and (found.is_threat or not state.get("stack"))


def _routed(turn: Turn, handed: Act, found: Grievance) -> Turn:
    """Anger alone has no department; what it is about has one."""
    if handed.args.get("reason") != _ANGER or handed.args.get("department"):
        return turn
    act = replace(handed, args={**handed.args, "department": found.department})
    return replace(turn, acts=[act if one is handed else one for one in turn.acts])


def _is_in(state: Mapping[str, Any], flow: str) -> bool:
    stack = state.get("stack") or []
    return bool(stack) and stack[-1].get("flow") == flow


def notice_turn(
    tx: Tx, conversation_id: str, turn: Turn, text: str, message_id: int | None, now: int, *, tapped: bool
) -> None:
    """What the assistant was told. `now`: when it arrived, UTC ms."""
    if message_id is None or tapped:
        return
    found = grievance(text)
    kinds = {kind.value for kind in found.kinds} if found else set()
    if _is_outright(turn):
        kinds.add(OUTRIGHT)
    if kinds:
        department = found.department if found else department_of(text)
        _noted(tx, conversation_id, message_id, kinds, department, now)


def notice_words(tx: Tx, conversation_id: str, text: str, message_id: int | None, now: int) -> bool:
    """What an agent, or the queue, was told; True when the card changes by it."""
    found = grievance(text)
    if found is None:
        return False
    return _noted(tx, conversation_id, message_id, {kind.value for kind in found.kinds}, found.department, now)


def start_for_case(tx: Tx, number: str, conversation_id: str, department: str | None, now: int) -> int:
    """The end (UTC ms) of the term of a complaint that became the case `number`.

    It runs from the message that complained first, if one did and nobody found that it was no complaint.
    """
    earlier = complaints.undecided_of(tx, conversation_id)
    if earlier is not None:
        complaints.become_case(tx, earlier.id, number)
        return earlier.due_at
    return _start(tx, conversation_id, None, {OUTRIGHT}, department or DEFAULT_DEPARTMENT, now, number)


def case_settled(tx: Tx, number: str, now: int, *, settled: bool) -> None:
    """The case `number` is done or withdrawn, or (not `settled`) under way again."""
    found = complaints.of_case(tx, number)
    if found is None:
        return
    if settled:
        complaints.settle(tx, found.id, Settlement.ANSWERED, by=None, now=now)
    elif found.settled_at is not None:
        complaints.reopen(tx, found.id)
        complaints.remind(tx, found.id, found.conversation_id, found.due_at, statute.reminders(found.due_at, now))


def _is_outright(turn: Turn) -> bool:
    understood = turn.understood or {}
    return understood.get("understood") == "yes" and (understood.get("intent") or {}).get("name") == FLOW


def _noted(
    tx: Tx, conversation_id: str, message_id: int | None, kinds: Collection[str], department: str, now: int
) -> bool:
    going_on = complaints.open_of(tx, [conversation_id])
    if going_on:
        return complaints.add_kinds(tx, going_on[0], kinds)
    _start(tx, conversation_id, message_id, kinds, department, now, None)
    return True


def _start(
    tx: Tx,
    conversation_id: str,
    message_id: int | None,
    kinds: Collection[str],
    department: str,
    now: int,
    number: str | None,
) -> int:
    due_at = statute.due(now)
    id = complaints.start(
        tx,
        conversation_id=conversation_id,
        message_id=message_id,
        kinds=kinds,
        department=department,
        at=now,
        due_at=due_at,
        case_number=number,
    )
    complaints.remind(tx, id, conversation_id, due_at, statute.reminders(due_at, now))
    audit.note(tx, at=now, who="system", what="complaint_noticed", subject=conversation_id, complaint=id)
    return due_at
