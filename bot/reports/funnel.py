"""The funnel of one flow: what happened at each of its steps, joined with what became of those matters. Only reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bot.dialogue.engine.model import Flow, Step, StepKind
from bot.reports.cells import BETWEEN, STEP_MEASURES, Measure
from bot.reports.days import Span
from bot.reports.matter import Outcome
from bot.reports.totals import Totals, share
from bot.store import tallies
from bot.store.database import Tx

_ASKING = frozenset({StepKind.COLLECT, StepKind.SUMMARY})
END = "END"


@dataclass(slots=True)
class StepFigures:
    """One question of the flow. Every count is of matters: asked twice at a step, a customer is one of `reached`.

    `onward`: ids of the questions that may come next, END among them. `is_former`: no step of today's flow.
    """

    id: str
    optional: bool = False
    is_former: bool = False
    onward: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def of(self, measure: Measure) -> int:
        return self.counts[measure.value]

    @property
    def reached(self) -> int:
        return self.of(Measure.REACHED)

    @property
    def left(self) -> int:
        return self.of(Measure.LEFT)

    @property
    def left_share(self) -> float | None:
        return share(self.left, self.reached)

    @property
    def brought_home_share(self) -> float | None:
        """Of those who were asked here: solved in the end, or taken up as a case."""
        home = sum(self.outcomes[outcome] for outcome in (Outcome.ANSWERED, Outcome.ACCEPTED, Outcome.CLOSED))
        return share(home, self.reached)


@dataclass(frozen=True, slots=True)
class Funnel:
    flow: str
    span: Span
    all: Totals
    steps: list[StepFigures]

    @property
    def started(self) -> int:
        return self.all.matters

    @property
    def worst(self) -> StepFigures | None:
        """The step that loses most people."""
        worst = max(self.steps, key=lambda step: step.left, default=None)
        return worst if worst is not None and worst.left else None


def read(tx: Tx, flow: str, today: Flow | None, span: Span) -> Funnel:
    """`today`: the flow as it is in force; without it the steps stand in the order of their numbers."""
    first, last = span.first.isoformat(), span.last.isoformat()
    measures = [measure.value for measure in Measure]
    whole, found = Totals(), defaultdict(lambda: StepFigures(""))  # type: ignore[var-annotated]
    for cell, n in tallies.read(tx, first, last, measures, subject=flow):
        if cell.measure not in STEP_MEASURES:
            whole.add(cell, n)
            continue
        step, _, outcome = cell.detail.partition(BETWEEN)
        figures = found[step]
        figures.counts[cell.measure] += n
        if cell.measure == Measure.REACHED:
            figures.outcomes[outcome] += n
    return Funnel(flow, span, whole, ordered(dict(found), today))


def ordered(found: dict[str, StepFigures], today: Flow | None) -> list[StepFigures]:
    """Every question of today's flow in the order of its file, then those that it no longer asks."""
    steps = []
    for step in today.steps.values() if today else ():
        if step.kind in _ASKING and today is not None:
            name = _name(step)
            figures = found.pop(name, StepFigures(name))
            figures.id, figures.optional, figures.onward = name, step.optional, _onward(today, step)
            steps.append(figures)
    for name, figures in sorted(found.items(), key=lambda item: -item[1].reached):
        figures.id, figures.is_former = name, today is not None
        steps.append(figures)
    return steps


def _name(step: Step) -> str:
    return step.slot if step.kind is StepKind.COLLECT else step.id


def _onward(flow: Flow, step: Step) -> tuple[str, ...]:
    """The questions that may come after `step`, through whatever is said and done between them."""
    found: list[str] = []
    todo, seen = [branch.to for branch in step.next], set[str]()
    while todo:
        at = todo.pop(0)
        if at in seen:
            continue
        seen.add(at)
        after = flow.steps.get(at)
        if after is None:
            found.append(END)
        elif after.kind in _ASKING:
            found.append(_name(after))
        else:
            todo += [branch.to for branch in after.next]
    return tuple(dict.fromkeys(found))
