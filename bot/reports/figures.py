"""Reads a report: sums, shares and medians of a span of days, by flow, department, hour and reason. Only reads."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, case, func, literal_column, select

from bot.reports.cells import BETWEEN, STEP_MEASURES, TAKEN_UNASKED, Cell, Measure
from bot.reports.days import Grain, Span, grain_for, point_of, points, today
from bot.reports.matter import DAY_MS, SOLVED, Matter, Outcome
from bot.reports.totals import Totals, share, totals
from bot.store import matters as matter_rows
from bot.store import tallies
from bot.store.database import Tx
from bot.store.schema import handoffs, matters
from bot.store.times import to_ms

OF_REPORT = tuple(measure.value for measure in Measure if measure not in STEP_MEASURES)
# By hour of the week there are too many kinds of these to read them with everything else.
OF_HOURS = (Measure.WAITED.value, Measure.WAITED_MS.value, Measure.IN_VAIN.value)
NAMED = (Measure.MATTERS.value, Measure.REQUESTS.value, Measure.RATED.value)
PLAIN = tuple(name for name in OF_REPORT if name not in NAMED)
OF_SERIES = (Measure.MATTERS.value, Measure.CONTAINED.value, Measure.CAME_BACK.value)
# Before three days have passed nobody knows who comes back; the day on which a matter began counts as well.
RIPE_AFTER_DAYS = 4
LOSSES_SHOWN = 8
UNANSWERED_SHOWN = 50
# Whoever has waited for longer than a day is past the platform's window.
OVERDUE_MS = DAY_MS
HOUR_MS = 3_600_000
# Spans up to a limit are counted in a unit, both in milliseconds.
_SHOWN = ((900_000, 1_000), (2 * DAY_MS, 60_000))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for. `department` and `subject`: only this one; None: all of them."""

    span: Span
    grain: Grain
    department: str | None = None
    subject: str | None = None

    @property
    def before(self) -> Asked:
        return replace(self, span=self.span.before)


@dataclass(frozen=True, slots=True)
class Hour:
    """Requests for a person made in one hour of one weekday (Monday is 0)."""

    weekday: int
    hour: int
    waited: int
    wait_ms: int | None
    in_vain: int


@dataclass(frozen=True, slots=True)
class Loss:
    """A step at which customers left: how many of those who were asked there."""

    flow: str
    step: str
    left: int
    reached: int

    @property
    def share(self) -> float | None:
        return share(self.left, self.reached)


@dataclass(frozen=True, slots=True)
class Medians:
    """In milliseconds; None where there is nothing to measure.

    `solution_of_most`: within it nine of ten were solved. `closing`: `solution` of what people closed.
    """

    wait: int | None
    first_answer: int | None
    solution: int | None
    solution_of_most: int | None
    closing: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """`ripe`: only the days of which it is known who came back; `ripe_until`: the last of these."""

    asked: Asked
    all: Totals
    before: Totals
    ripe: Totals
    ripe_until: date
    medians: Medians
    medians_before: Medians
    series: list[tuple[date, Totals]]
    by_subject: list[tuple[str, Totals]]
    by_department: list[tuple[str, Totals]]
    hours: list[Hour]
    rated_by_agent: list[tuple[int | None, Totals]]
    rated_by_reason: list[tuple[str, Totals]]
    losses: list[Loss]
    unanswered: list[Matter]

    @property
    def is_empty(self) -> bool:
        return not self.all.sums


def read(tx: Tx, asked: Asked, now: datetime) -> Report:
    """Every figure of the page of reports, for the span asked for and the one before it."""
    by_kind = [*_cells(tx, asked, NAMED), *_cells(tx, asked, PLAIN, keep=("measure", "department", "subject"))]
    by_hour = _cells(tx, asked, OF_HOURS, keep=("measure", "detail"))
    by_day = _cells(tx, asked, OF_SERIES, keep=("day", "measure", "detail"))
    before = _cells(tx, asked.before, OF_REPORT, keep=("measure", "detail"))
    ripe_until = today(now) - timedelta(days=RIPE_AFTER_DAYS)
    rated = [(cell, n) for cell, n in by_kind if cell.measure == Measure.RATED]
    return Report(
        asked=asked,
        all=totals(by_kind),
        before=totals(before),
        ripe=totals(pair for pair in by_day if pair[0].day <= ripe_until.isoformat()),
        ripe_until=ripe_until,
        medians=medians(tx, asked),
        medians_before=medians(tx, asked.before),
        series=_series(asked, by_day),
        by_subject=_grouped(by_kind, lambda cell: cell.subject),
        by_department=_grouped(by_kind, lambda cell: cell.department),
        hours=_hours(by_hour),
        rated_by_agent=[(int(id) if id else None, one) for id, one in _grouped(rated, lambda cell: _part(cell, 1))],
        rated_by_reason=_grouped(rated, lambda cell: _part(cell, 2)),
        losses=_losses(tx, asked),
        unanswered=matter_rows.unanswered(
            tx,
            asked.span.first.isoformat(),
            asked.span.last.isoformat(),
            to_ms(now) - OVERDUE_MS,
            UNANSWERED_SHOWN,
            asked.department,
            asked.subject,
        ),
    )


def asked_for(span: Span, grain: Grain | None = None, department: str = "", subject: str = "") -> Asked:
    """Empty names mean all."""
    return Asked(span, grain or grain_for(span), department or None, subject or None)


def medians(tx: Tx, asked: Asked) -> Medians:
    solved = _solved(tx, asked)
    everything = sum(solved.values(), Counter[int]())
    return Medians(
        percentile(_waits(tx, asked, handoffs.c.accepted_at)),
        percentile(_waits(tx, asked, handoffs.c.first_answer_at)),
        percentile(everything),
        percentile(everything, 0.9),
        percentile(solved[Outcome.CLOSED.value]),
    )


def percentile(spans: Counter[int], part: float = 0.5) -> int | None:
    """The smallest span within which `part` of them lie; `spans`: how often each occurs."""
    left = math.ceil(spans.total() * part)
    for span in sorted(spans):
        left -= spans[span]
        if left <= 0:
            return span
    return None


def _solved(tx: Tx, asked: Asked) -> dict[str, Counter[int]]:
    """By outcome, how many matters were solved within which span."""
    # Nothing is said of the outcome here: SQLite would look for it, and not read the index of spans from end to end.
    where: list[Any] = [
        matters.c.day.between(asked.span.first.isoformat(), asked.span.last.isoformat()),
        matters.c.solved_at.is_not(None),
    ]
    if asked.department is not None:
        where.append(matters.c.department == asked.department)
    if asked.subject is not None:
        where.append(matters.c.subject == asked.subject)
    span = _as_shown(matters.c.solved_at - matters.c.opened_at)
    rows = tx.execute(select(matters.c.outcome, span, func.count()).where(*where).group_by(matters.c.outcome, span))
    found: dict[str, Counter[int]] = {outcome.value: Counter() for outcome in SOLVED}
    for outcome, length, n in rows.all():
        if outcome in found:
            found[outcome][int(length)] = n
    return found


def _waits(tx: Tx, asked: Asked, until: Column[int]) -> Counter[int]:
    """How long requests waited until the instant in this column."""
    first, last = asked.span.instants
    where: list[Any] = [
        handoffs.c.requested_at >= first,
        handoffs.c.requested_at < last,
        handoffs.c.reason != TAKEN_UNASKED,
        until.is_not(None),
    ]
    if asked.department is not None:
        where.append(handoffs.c.department == asked.department)
    if asked.subject is not None:
        where.append(handoffs.c.flow == asked.subject)
    span = _as_shown(until - handoffs.c.requested_at)
    return Counter({int(row[0]): row[1] for row in tx.execute(select(span, func.count()).where(*where).group_by(span))})


def _as_shown(ms: ColumnElement[int]) -> ColumnElement[int]:
    """In seconds up to a quarter of an hour, then minutes, after two days hours: no more is ever shown."""
    return case(
        *((ms < limit, ms // literal_column(str(unit)) * literal_column(str(unit))) for limit, unit in _SHOWN),
        else_=ms // literal_column(str(HOUR_MS)) * literal_column(str(HOUR_MS)),
    )


def _cells(
    tx: Tx, asked: Asked, measures: Iterable[str], keep: Collection[str] = tallies.KIND
) -> list[tuple[Cell, int]]:
    first, last = asked.span.first.isoformat(), asked.span.last.isoformat()
    only = {"department": asked.department, "subject": asked.subject}
    return tallies.read(tx, first, last, list(measures), keep=keep, **only)


def _series(asked: Asked, by_day: list[tuple[Cell, int]]) -> list[tuple[date, Totals]]:
    series = {point: Totals() for point in points(asked.span, asked.grain)}
    for cell, n in by_day:
        series[point_of(date.fromisoformat(cell.day), asked.grain)].add(cell, n)
    return list(series.items())


def _grouped(cells: list[tuple[Cell, int]], key: Callable[[Cell], str]) -> list[tuple[str, Totals]]:
    """By `key`, the one with most to count first."""
    groups: dict[str, Totals] = defaultdict(Totals)
    for cell, n in cells:
        groups[key(cell)].add(cell, n)
    return sorted(groups.items(), key=lambda item: (-item[1].matters, -item[1].rated, item[0]))


def _hours(by_hour: list[tuple[Cell, int]]) -> list[Hour]:
    groups = {f"{day}{hour:02}": Totals() for day in range(7) for hour in range(24)}
    for cell, n in by_hour:
        groups[cell.detail].add(cell, n)
    return [
        Hour(int(when[0]), int(when[1:]), one.of(Measure.WAITED), one.wait_ms, one.of(Measure.IN_VAIN))
        for when, one in groups.items()
    ]


def _losses(tx: Tx, asked: Asked) -> list[Loss]:
    """The steps at which most customers left."""
    left: dict[tuple[str, str], int] = defaultdict(int)
    reached: dict[tuple[str, str], int] = defaultdict(int)
    for cell, n in _cells(tx, asked, (Measure.LEFT.value, Measure.REACHED.value)):
        into = left if cell.measure == Measure.LEFT else reached
        into[cell.subject, _part(cell, 0)] += n
    found = [Loss(flow, step, n, reached[flow, step]) for (flow, step), n in left.items()]
    return sorted(found, key=lambda loss: (-loss.left, loss.flow, loss.step))[:LOSSES_SHOWN]


def _part(cell: Cell, n: int) -> str:
    return cell.detail.split(BETWEEN)[n]
