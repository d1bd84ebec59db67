"""What a matter and a request for a person add to the sums of a report: pure functions, one truth for every figure.

A sum always equals what these functions give for all rows: whoever changes a row adds the difference between after and
before. `rebuilt` sums are therefore the same as those kept as it happened, which the tests hold.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.reports.days import day_of, week_hour_of
from bot.reports.matter import Mark, Matter, Outcome

# A wait that nobody minds.
QUICK_MS = 5 * 60_000
# An agent took the conversation without being asked for: nobody waited.
TAKEN_UNASKED = "przejecie"
# Endings of a request that no agent had accepted: the customer waited in vain.
IN_VAIN = frozenset({"abandoned", "returned", "closed"})
BETWEEN = "|"


class Measure(StrEnum):
    """What is counted; `detail` says of which kind. Instants give the day, by Polish clocks."""

    MATTERS = "matters"  # detail: outcome
    CONTAINED = "contained"
    CAME_BACK = "came_back"
    MESSAGES = "messages"  # the customer's, of solved matters
    QUESTIONS = "questions"
    TWICE = "twice"
    UNANSWERED = "unanswered"
    # Of a flow's steps; detail: step|outcome
    REACHED = "reached"
    GIVEN = "given"
    CORRECTED = "corrected"
    SKIPPED = "skipped"
    REFUSED = "refused"
    ASKED = "asked"
    HANDED = "handed"
    LEFT = "left"
    # Of requests for a person, on the day of the request
    REQUESTS = "requests"  # detail: reason
    WAITED = "waited"  # detail: weekday and hour of the request, see days.week_hour_of
    WAITED_MS = "waited_ms"
    QUICK = "quick"  # of WAITED: within five minutes
    IN_VAIN = "in_vain"  # detail: as of WAITED
    FIRST_ANSWERS = "first_answers"
    FIRST_ANSWERS_MS = "first_answers_ms"
    RATED = "rated"  # detail: rating|agent|reason


OF_STEPS = {
    Mark.REACHED: Measure.REACHED,
    Mark.GIVEN: Measure.GIVEN,
    Mark.CORRECTED: Measure.CORRECTED,
    Mark.SKIPPED: Measure.SKIPPED,
    Mark.REFUSED: Measure.REFUSED,
    Mark.ASKED: Measure.ASKED,
    Mark.HANDED: Measure.HANDED,
}
STEP_MEASURES = frozenset({*OF_STEPS.values(), Measure.LEFT})


class Cell(NamedTuple):
    day: str
    measure: str
    department: str = ""
    subject: str = ""
    detail: str = ""


class Request(Protocol):
    """`bot.store.handoffs.Handoff`, as far as it is counted."""

    @property
    def requested_at(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def department(self) -> str | None: ...
    @property
    def flow(self) -> str | None: ...
    @property
    def accepted_at(self) -> int | None: ...
    @property
    def first_answer_at(self) -> int | None: ...
    @property
    def agent_id(self) -> int | None: ...
    @property
    def ended_at(self) -> int | None: ...
    @property
    def ending(self) -> str | None: ...
    @property
    def rating(self) -> str | None: ...


def of_matter(matter: Matter | None) -> Counter[Cell]:
    """What one matter adds to the sums; nothing if there is none (before it began)."""
    sums: Counter[Cell] = Counter()
    if matter is None:
        return sums

    def add(measure: Measure, detail: str = "", n: int = 1) -> None:
        if n:
            sums[Cell(matter.day, measure.value, matter.department, matter.subject, detail)] += n

    add(Measure.MATTERS, matter.outcome)
    add(Measure.CONTAINED, n=int(matter.is_contained))
    add(Measure.CAME_BACK, n=int(matter.again_at is not None))
    add(Measure.QUESTIONS, n=matter.questions)
    add(Measure.TWICE, n=matter.twice)
    if Outcome(matter.outcome).is_solved:
        add(Measure.MESSAGES, n=matter.messages)
    if not matter.is_open:
        add(Measure.UNANSWERED, n=int(matter.pending_since is not None))
    for step, letters in matter.steps.items():
        for mark, measure in OF_STEPS.items():
            if mark.value in letters:
                add(measure, f"{step}{BETWEEN}{matter.outcome}")
    if matter.outcome == Outcome.LEFT.value and matter.step is not None:
        add(Measure.LEFT, f"{matter.step}{BETWEEN}{matter.outcome}")
    return sums


def of_request(request: Request | None) -> Counter[Cell]:
    """What one request for a person adds to the sums; nothing if there is none (before it was made)."""
    sums: Counter[Cell] = Counter()
    if request is None:
        return sums
    day, hour = day_of(request.requested_at), week_hour_of(request.requested_at)

    def add(measure: Measure, detail: str = "", n: int = 1) -> None:
        if n:
            sums[Cell(day, measure.value, request.department or "", request.flow or "", detail)] += n

    add(Measure.REQUESTS, request.reason)
    waited = request.reason != TAKEN_UNASKED
    if request.accepted_at is not None and waited:
        wait = max(0, request.accepted_at - request.requested_at)
        add(Measure.WAITED, hour)
        add(Measure.WAITED_MS, hour, wait)
        add(Measure.QUICK, n=int(wait <= QUICK_MS))
    if request.accepted_at is None and request.ending in IN_VAIN:
        add(Measure.IN_VAIN, hour)
    if request.first_answer_at is not None and waited:
        add(Measure.FIRST_ANSWERS)
        add(Measure.FIRST_ANSWERS_MS, n=max(0, request.first_answer_at - request.requested_at))
    if request.rating is not None:
        add(Measure.RATED, BETWEEN.join((request.rating, str(request.agent_id or ""), request.reason)))
    return sums


def difference(before: Counter[Cell], after: Counter[Cell]) -> dict[Cell, int]:
    """What is to be added so that sums which held `before` hold `after`."""
    cells = {**before, **after}
    changed = {cell: after[cell] - before[cell] for cell in cells}
    return {cell: n for cell, n in sorted(changed.items()) if n}
