"""From one turn of the assistant to what becomes of the customer's matters: a pure function of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.reports.days import day_of
from bot.reports.matter import AGAIN_WITHIN_MS, BROUGHT_HOME, Mark, Matter, Outcome, marked, unmarked
from bot.reports.moves import Move, Over, moves, top_flow

FAQ = "utter_faq/"
_EXPLAINS = "explain"
_FALLBACK = "fallback"
_HOME = frozenset(outcome.value for outcome in BROUGHT_HOME)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the turn: the name of its text, and what it is for."""

    response: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn as the reports see it. `asked_at`: when the customer wrote; `now`: when the answer was decided.

    `intent_flow`: the flow that the message's intent starts, if it starts one.
    """

    conversation_id: str
    asked_at: int
    now: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    says: Sequence[Said] = ()
    handed: bool = False
    from_customer: bool = True
    intent_flow: str | None = None

    @property
    def question(self) -> str | None:
        """The frequent question that was answered, as a subject."""
        found = (said.response for said in self.says if said.response.startswith(FAQ))
        return next((f"faq/{response.removeprefix(FAQ)}" for response in found), None)

    @property
    def passed_through(self) -> str | None:
        """The flow that the message started, where nothing is asked back and nobody is called."""
        asks = (self.after or {}).get("question") is not None
        return None if asks or self.handed or self.fell_back else self.intent_flow

    @property
    def explained(self) -> bool:
        return any(said.purpose == _EXPLAINS for said in self.says)

    @property
    def fell_back(self) -> bool:
        return any(said.purpose == _FALLBACK for said in self.says)


Changes = list[tuple[Matter | None, Matter]]


def plan(known: Sequence[Matter], seen: Seen, department: Callable[[str], str]) -> Changes:
    """Matters as they were and as they are; None for one that begins. `known`: the conversation's, newest first."""
    table = _Table(known, seen, department)
    made = moves(seen.before, seen.after)
    in_front = top_flow(seen.before) or top_flow(seen.after)
    for move in made:
        if move != Move(move.flow) or move.flow == in_front:
            table.take_move(move, counts=move.flow == in_front)
    if seen.question is not None:
        table.answer(seen.question, counts=in_front is None)
    elif not made and seen.passed_through is not None:
        # A flow that asked nothing: it began and ended within the turn.
        table.answer(seen.passed_through, counts=True)
    elif not made and seen.from_customer and (seen.fell_back or seen.handed or not seen.says):
        # Whoever calls a person with nothing going on may mean what was answered before: the request decides.
        table.wonder(begins=not seen.handed)
    return table.changes()


class _Table:
    """The conversation's matters while one turn is gone through."""

    def __init__(self, known: Sequence[Matter], seen: Seen, department: Callable[[str], str]) -> None:
        self.seen = seen
        self.department = department
        self.before: list[Matter | None] = list(known)
        self.now = list(known)

    def changes(self) -> Changes:
        pairs = zip(self.before, self.now, strict=True)
        return [(before, after) for before, after in pairs if before != after]

    def take_move(self, move: Move, *, counts: bool) -> None:
        n = self._of_flow(move.flow)
        matter = self._touched(self.now[n], counts=counts)
        self.now[n] = _moved(matter, move, self.seen)

    def answer(self, subject: str, *, counts: bool) -> None:
        """A question that one turn answers. Asked again within three days, it is the same matter, not solved then."""
        n = self._find(lambda one: one.subject == subject and (one.is_open or self._is_fresh(one)))
        if n is None:
            n = self._unnamed()
        if n is None:
            n = self._begin(subject)
        matter = self._touched(self.now[n], counts=True) if counts else replace(self.now[n], last_at=self.seen.now)
        again = matter.again_at or (self.seen.now if matter.outcome in _HOME else None)
        named = replace(matter, subject=subject, department=matter.department or self.department(subject))
        self.now[n] = replace(named, outcome=Outcome.ANSWERED.value, solved_at=self.seen.now, again_at=again)

    def wonder(self, *, begins: bool) -> None:
        """The customer wants something, and nobody knows yet what. `begins`: also where nothing is going on."""
        n = self._unnamed()
        if n is None:
            n = self._find(lambda one: one.is_open)
        if n is None and begins:
            n = self._begin("")
        if n is not None:
            self.now[n] = self._touched(self.now[n], counts=True)

    def _of_flow(self, flow: str) -> int:
        """The flow's matter: going on, left and taken up again, asked again within three days, or a new one."""
        n = self._find(lambda one: one.subject == flow and one.outcome in (Outcome.OPEN.value, Outcome.LEFT.value))
        if n is None:
            n = self._find(lambda one: one.subject == flow and self._is_fresh(one) and one.case_number is None)
            if n is not None:
                again = self.now[n].again_at or self.seen.now
                self.now[n] = replace(self.now[n], again_at=again, steps={}, step=None)
        if n is None:
            n = self._unnamed()
        if n is None:
            return self._begin(flow)
        matter = replace(self.now[n], subject=flow, outcome=Outcome.OPEN.value, solved_at=None)
        self.now[n] = replace(matter, department=matter.department or self.department(flow))
        return n

    def _unnamed(self) -> int | None:
        return self._find(lambda one: one.is_open and not one.subject)

    def _is_fresh(self, one: Matter) -> bool:
        solved = one.solved_at if one.solved_at is not None else one.last_at
        return one.outcome in _HOME and self.seen.now - solved <= AGAIN_WITHIN_MS

    def _find(self, fits: Callable[[Matter], bool]) -> int | None:
        return next((n for n, one in enumerate(self.now) if fits(one)), None)

    def _begin(self, subject: str) -> int:
        at = self.seen.asked_at
        department = self.department(subject) if subject else ""
        self.before.append(None)
        self.now.append(Matter(self.seen.conversation_id, day_of(at), at, self.seen.now, subject, department))
        return len(self.now) - 1

    def _touched(self, matter: Matter, *, counts: bool) -> Matter:
        one_more = int(counts and self.seen.from_customer)
        silent = self.seen.from_customer and counts and not self.seen.says and not self.seen.handed
        pending = (matter.pending_since or self.seen.now) if silent else None
        return replace(matter, last_at=self.seen.now, messages=matter.messages + one_more, pending_since=pending)


def _moved(matter: Matter, move: Move, seen: Seen) -> Matter:
    steps = _marks(matter.steps, move, seen)
    twice = 0
    if move.reached is not None:
        # Put although the answer stands: neither the customer nor the flow took it back.
        twice = int(Mark.HELD.value in steps.get(move.reached, ""))
        steps = marked(steps, move.reached, Mark.REACHED)
    at = move.stands if move.stands is not None else move.stood
    if seen.handed:
        steps = marked(steps, at, Mark.HANDED)
    matter = replace(
        matter,
        steps=steps,
        step=at if move.over is not Over.FINISHED else None,
        questions=matter.questions + int(move.reached is not None),
        twice=matter.twice + twice,
    )
    match move.over:
        case Over.FINISHED if not seen.handed:
            return replace(matter, outcome=Outcome.ANSWERED.value, solved_at=seen.now)
        case Over.GIVEN_UP if not seen.handed:
            return replace(matter, outcome=Outcome.LEFT.value)
        case _:
            return matter


def _marks(steps: Mapping[str, str], move: Move, seen: Seen) -> dict[str, str]:
    new = dict(steps)
    for slot in (*move.corrected, *move.reset):
        new = unmarked(new, slot, Mark.HELD)
    for slot in move.corrected:
        new = marked(new, slot, Mark.CORRECTED)
    for slot in move.answered:
        new = marked(new, slot, Mark.HELD)
    for slot in move.given:
        new = marked(new, slot, Mark.HELD, Mark.GIVEN)
    for slot in move.skipped:
        new = marked(new, slot, Mark.SKIPPED)
    if move.refused:
        new = marked(new, move.stood, Mark.REFUSED)
    if seen.question is not None or (seen.explained and not move.refused):
        new = marked(new, move.stood, Mark.ASKED)
    return new
