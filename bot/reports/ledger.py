"""Writes down what happens to matters and requests, in the transaction in which it happens. Called by their owners.

What fails here must fail loudly: a figure that is quietly wrong is worse than a message handled a moment later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import desc, select

from bot.dialogue.engine.model import CompiledFlows
from bot.dialogue.engine.phrases import plain
from bot.reports import cells
from bot.reports.days import day_of
from bot.reports.matter import AGAIN_WITHIN_MS, SAME_TALK_MS, Matter, Outcome
from bot.reports.plan import Said, Seen, plan
from bot.store import matters, messages, tallies
from bot.store.database import Tx
from bot.store.messages import Author, Message, Status
from bot.store.schema import cases

if TYPE_CHECKING:
    from bot.dialogue.turns import Turn
    from bot.store.handoffs import Handoff

# Cases that are over, by the names of bot.cases.cases.State.
OVER = frozenset({"done", "withdrawn"})
_NEVER_ARRIVED = frozenset({Status.FAILED.value, Status.DROPPED.value})
# Messages of both sides among which the customer's last one is; a turn says fewer.
_LOOKED_BACK = 12
# Words after which nobody waits for an answer.
_CLOSING = re.compile(
    r"^(ok|okej|dobrze|super|swietnie|rozumiem|jasne|dzieki|dziekuje|dziekuj\w+|wielkie|bardzo|serdecznie|slicznie|"
    r"milego|dnia|wieczoru|weekendu|pozdrawiam|do|widzenia|zobaczenia|na|razie|tak|i|panu|pani|panstwu|za|pomoc)$"
)


class Ledger:
    """What a turn of the assistant does to the customer's matters. `flows`: those in force, if they are known."""

    def __init__(self, flows: Callable[[], CompiledFlows | None] = lambda: None) -> None:
        self.flows = flows

    def turn_taken(
        self,
        tx: Tx,
        conversation_id: str,
        before: Mapping[str, Any] | None,
        turn: Turn,
        *,
        handed: bool,
        from_customer: bool,
        asked_at: int,
        now: int,
    ) -> None:
        """`before`: the snapshot that the turn began from; `asked_at`: when the customer wrote."""
        seen = Seen(
            conversation_id,
            asked_at,
            now,
            before,
            turn.state,
            tuple(Said(say.response, say.purpose) for say in turn.says),
            handed,
            from_customer,
            self._started_by(turn.understood),
        )
        for was, becomes in plan(matters.recent(tx, conversation_id), seen, self.department):
            matters.save(tx, was, _with_case(tx, becomes))

    def department(self, subject: str) -> str:
        flows = self.flows()
        flow = flows.flows.get(subject) if flows else None
        return flow.department if flow else ""

    def _started_by(self, understood: Mapping[str, Any] | None) -> str | None:
        intent: Any = (understood or {}).get("intent")
        name = intent.get("name") if isinstance(intent, Mapping) else intent
        flows = self.flows()
        flow = flows.triggered_by(str(name)) if flows and name else None
        return flow.name if flow else None


def customer_wrote(tx: Tx, conversation_id: str, text: str | None, now: int) -> None:
    """A message that is a person's to answer."""
    matter = _with_person(tx, conversation_id) or Matter(conversation_id, day_of(now), now, now)
    waits = matter.pending_since or (None if is_closing(text or "") else now)
    messages = matter.messages + 1
    _save(tx, matter, replace(matter, last_at=now, messages=messages, pending_since=waits))


def was_answered(tx: Tx, conversation_id: str) -> None:
    """An agent answered what was waiting."""
    for matter in matters.recent(tx, conversation_id):
        if matter.pending_since is not None and matter.is_open:
            _save(tx, matter, replace(matter, pending_since=None))


def answer_lost(tx: Tx, conversation_id: str) -> None:
    """A message of ours did not reach the customer: if nothing else did since they wrote, they are left without one.

    What the assistant had answered is going on again, until they are answered or fall silent.
    """
    wrote = _unanswered_since(messages.of_conversation(tx, conversation_id, limit=_LOOKED_BACK))
    known = matters.recent(tx, conversation_id)
    matter = max((one for one in known if one.messages), key=lambda one: one.last_at, default=None)
    if wrote is None or matter is None or matter.pending_since is not None:
        return
    lost = replace(matter, pending_since=wrote)
    if matter.outcome == Outcome.ANSWERED.value:
        lost = replace(lost, outcome=Outcome.OPEN.value, solved_at=None)
    _save(tx, matter, lost)


def _unanswered_since(heard: Sequence[Message]) -> int | None:
    """When the customer wrote last, if no answer to it arrived or may still; `heard`: the oldest first."""
    for message in reversed(heard):
        if message.author == Author.CUSTOMER.value:
            return None if is_closing(message.text or "") else message.at
        # What the desk tells meanwhile, as the place in the queue, is no answer.
        if message.author != Author.SYSTEM.value and message.status not in _NEVER_ARRIVED:
            return None
    return None


def answered_elsewhere(tx: Tx, conversation_id: str) -> None:
    """Somebody answered outside this product; what becomes of it there is not ours to know."""
    for matter in matters.recent(tx, conversation_id):
        if matter.is_open:
            over = replace(matter, outcome=Outcome.ELSEWHERE.value, pending_since=None, with_person=False)
            _save(tx, matter, over)


def handoff_changed(tx: Tx, before: Handoff | None, after: Handoff, now: int | None = None) -> None:
    """A request for a person began, or something of it changed; the rows are as they were and as they are."""
    tallies.add(tx, cells.difference(cells.of_request(before), cells.of_request(after)))
    if before is None:
        _requested(tx, after)
    elif before.ended_at is None and after.ended_at is not None:
        _ended(tx, after, after.ended_at)
    elif before.first_answer_at is None and after.first_answer_at is not None:
        was_answered(tx, after.conversation_id)
    elif before.department != after.department:
        _moved(tx, after)


def case_moved(tx: Tx, number: str, state: str, now: int) -> None:
    """A case was closed, or opened again: with it the matter is solved, or no longer."""
    matter = matters.of_case(tx, number)
    if matter is None or matter.is_open:
        return
    if state in OVER:
        _save(tx, matter, replace(matter, outcome=Outcome.CLOSED.value, solved_at=matter.solved_at or now))
    else:
        _save(tx, matter, replace(matter, outcome=Outcome.ACCEPTED.value, solved_at=None))


def left(tx: Tx, matter: Matter) -> None:
    """The customer has been silent for so long that they have left."""
    _save(tx, matter, replace(matter, outcome=Outcome.LEFT.value))


def is_closing(text: str) -> bool:
    """Whether a message only thanks or takes leave: nobody owes it an answer."""
    words = re.findall(r"\w+", plain(text))
    return bool(words) and all(_CLOSING.match(word) for word in words)


def _requested(tx: Tx, handoff: Handoff) -> None:
    now, known = handoff.requested_at, matters.recent(tx, handoff.conversation_id)
    latest = max(known, key=lambda one: one.last_at, default=None)
    open_ones = [one for one in known if one.is_open]
    matter = max(open_ones, key=lambda one: one.last_at, default=None)
    if matter is None and latest is not None and _is_answered_since(latest, now - AGAIN_WITHIN_MS):
        # Whoever calls a person after an answer was not helped by it.
        again = replace(latest, again_at=latest.again_at or now)
        if now - latest.last_at <= SAME_TALK_MS:
            again = replace(again, outcome=Outcome.OPEN.value, solved_at=None, messages=again.messages + 1)
            matter = _save(tx, latest, again)
        else:
            _save(tx, latest, again)
    if matter is None:
        matter = Matter(handoff.conversation_id, day_of(now), now, now, handoff.flow or "", messages=1)
    _save(
        tx,
        matter,
        replace(
            matter,
            last_at=max(matter.last_at, now),
            department=handoff.department or matter.department,
            requests=matter.requests + 1,
            handoff_id=handoff.id,
            with_person=True,
            pending_since=matter.pending_since or (now if handoff.accepted_at is None else None),
        ),
    )


def _moved(tx: Tx, handoff: Handoff) -> None:
    """Another department has it: the matter is counted there."""
    matter = matters.of_handoff(tx, handoff.id)
    if matter is not None and matter.is_open:
        _save(tx, matter, replace(matter, department=handoff.department or ""))


def _ended(tx: Tx, handoff: Handoff, now: int) -> None:
    matter = matters.of_handoff(tx, handoff.id)
    if matter is None:
        return
    ended = replace(matter, with_person=False, last_at=now)
    # Given back to the assistant, which goes on with the flow, and with whatever was written meanwhile.
    goes_on = handoff.ending in ("returned", "abandoned") and matter.step is not None
    if handoff.ending != "closed":
        ended = replace(ended, pending_since=None)
    if goes_on:
        _save(tx, matter, ended)
        return
    outcome = _OUTCOMES.get(handoff.ending or "", Outcome.CLOSED)
    if outcome is Outcome.CLOSED and handoff.accepted_at is None:
        outcome = Outcome.ABANDONED
    solved = now if outcome is Outcome.CLOSED else None
    _save(tx, matter, _with_case(tx, replace(ended, outcome=outcome.value, solved_at=solved, step=None)))


_OUTCOMES = {
    "closed": Outcome.CLOSED,
    "returned": Outcome.CLOSED,
    "abandoned": Outcome.ABANDONED,
    "elsewhere": Outcome.ELSEWHERE,
}


def _with_person(tx: Tx, conversation_id: str) -> Matter | None:
    """The matter about which a person is called, or else the latest that is open."""
    known = matters.recent(tx, conversation_id)
    with_person = (one for one in known if one.with_person)
    return next(with_person, None) or next((one for one in known if one.is_open), None)


def _is_answered_since(matter: Matter, since: int) -> bool:
    return matter.outcome == Outcome.ANSWERED.value and (matter.solved_at or 0) >= since


def _with_case(tx: Tx, matter: Matter) -> Matter:
    """A solved matter whose case is still open is accepted, and solved when the case is."""
    if not Outcome(matter.outcome).is_solved or not (matter.is_flow or matter.requests):
        return matter
    query = (
        select(cases.c.number, cases.c.state)
        .where(cases.c.conversation_id == matter.conversation_id, cases.c.created_at >= matter.opened_at)
        .order_by(desc(cases.c.id))
        .limit(1)
    )
    found = tx.execute(query).first()
    if found is None:
        return matter
    if found.state in OVER:
        return replace(matter, case_number=found.number)
    return replace(matter, case_number=found.number, outcome=Outcome.ACCEPTED.value, solved_at=None)


def _save(tx: Tx, before: Matter, after: Matter) -> Matter:
    """`before` without an id is a matter that begins here."""
    return matters.save(tx, before if before.id is not None else None, after)
