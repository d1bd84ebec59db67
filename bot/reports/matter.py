"""A matter: one thing that a customer came with, from its first message until it is solved. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DAY_MS = 24 * 3_600_000
# Who comes back within it was not helped the first time.
AGAIN_WITHIN_MS = 3 * DAY_MS
# The assistant's window: whoever is silent for longer has left.
SILENT_MS = DAY_MS
# What follows an answer so soon belongs to the same talk.
SAME_TALK_MS = 3_600_000


class Outcome(StrEnum):
    """What has become of a matter so far."""

    OPEN = "open"  # going on
    ANSWERED = "answered"  # the assistant answered, or led its flow to the end
    ACCEPTED = "accepted"  # a case was opened, and is not closed yet
    CLOSED = "closed"  # a person closed it, or its case was closed
    LEFT = "left"  # the customer fell silent, or gave the flow up
    ABANDONED = "abandoned"  # waited for a person in vain
    ELSEWHERE = "elsewhere"  # answered outside this product

    @property
    def is_solved(self) -> bool:
        return self in SOLVED


SOLVED = frozenset({Outcome.ANSWERED, Outcome.CLOSED})
# What the assistant brought to its end; whether nobody came back about it is another column.
BROUGHT_HOME = frozenset({Outcome.ANSWERED, Outcome.ACCEPTED})


class Mark(StrEnum):
    """What happened at a step of a flow, once or more often; a letter each in `Matter.steps`."""

    REACHED = "r"  # its question was put
    GIVEN = "g"  # known without asking
    HELD = "a"  # answered, and the answer stands
    CORRECTED = "c"  # the customer changed the answer, or went back to it
    SKIPPED = "s"
    REFUSED = "x"  # an answer was not accepted
    ASKED = "q"  # the customer asked something else there
    HANDED = "h"  # handed over to a person there


@dataclass(frozen=True, slots=True)
class Matter:
    """A row of the table `matters`; instants are UTC milliseconds. `id` is None while it is not written."""

    conversation_id: str
    day: str
    opened_at: int
    last_at: int
    subject: str = ""
    department: str = ""
    outcome: str = Outcome.OPEN.value
    messages: int = 0
    questions: int = 0
    twice: int = 0
    steps: Mapping[str, str] = field(default_factory=dict)
    step: str | None = None
    requests: int = 0
    handoff_id: int | None = None
    with_person: bool = False
    solved_at: int | None = None
    again_at: int | None = None
    pending_since: int | None = None
    case_number: str | None = None
    id: int | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome == Outcome.OPEN.value

    @property
    def is_flow(self) -> bool:
        return bool(self.subject) and not self.subject.startswith("faq/")

    @property
    def is_contained(self) -> bool:
        """The assistant brought it home alone, and nobody came back about it."""
        alone = self.requests == 0 and self.again_at is None
        return alone and self.outcome in {outcome.value for outcome in BROUGHT_HOME}


def marked(steps: Mapping[str, str], step: str | None, *marks: Mark) -> dict[str, str]:
    """`steps` with the marks added at `step`; None is no step."""
    if step is None:
        return dict(steps)
    letters = set(steps.get(step, "")) | {mark.value for mark in marks}
    return {**steps, step: "".join(sorted(letters))}


def unmarked(steps: Mapping[str, str], step: str, mark: Mark) -> dict[str, str]:
    return {**steps, step: steps.get(step, "").replace(mark.value, "")}
