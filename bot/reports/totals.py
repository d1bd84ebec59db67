"""Figures of one group of matters and requests: plain sums, and the shares that are formed of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.reports.cells import BETWEEN, Cell, Measure
from bot.reports.matter import Outcome

RATINGS = ("tak", "czesciowo", "nie")


@dataclass(slots=True)
class Totals:
    """Sums by measure, and of those with a detail by it. A share of nothing is None, never nought."""

    sums: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    ratings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, cell: Cell, n: int) -> None:
        self.sums[cell.measure] += n
        match cell.measure:
            case Measure.MATTERS:
                self.outcomes[cell.detail] += n
            case Measure.RATED:
                self.ratings[cell.detail.partition(BETWEEN)[0]] += n
            case Measure.REQUESTS:
                self.reasons[cell.detail] += n

    def of(self, measure: Measure) -> int:
        return self.sums[measure.value]

    @property
    def matters(self) -> int:
        return self.of(Measure.MATTERS)

    @property
    def solved(self) -> int:
        return self.outcomes[Outcome.ANSWERED.value] + self.outcomes[Outcome.CLOSED.value]

    @property
    def lost(self) -> int:
        """Left, or waited in vain."""
        return self.outcomes[Outcome.LEFT.value] + self.outcomes[Outcome.ABANDONED.value]

    @property
    def solved_share(self) -> float | None:
        return share(self.solved, self.matters)

    @property
    def lost_share(self) -> float | None:
        return share(self.lost, self.matters)

    @property
    def contained_share(self) -> float | None:
        return share(self.of(Measure.CONTAINED), self.matters)

    @property
    def came_back_share(self) -> float | None:
        return share(self.of(Measure.CAME_BACK), self.matters)

    @property
    def messages_each(self) -> float | None:
        return share(self.of(Measure.MESSAGES), self.solved)

    @property
    def wait_ms(self) -> int | None:
        """The mean wait until an agent took the conversation."""
        mean = share(self.of(Measure.WAITED_MS), self.of(Measure.WAITED))
        return None if mean is None else round(mean)

    @property
    def in_vain_share(self) -> float | None:
        return share(self.of(Measure.IN_VAIN), self.of(Measure.IN_VAIN) + self.of(Measure.WAITED))

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def satisfied_share(self) -> float | None:
        """Of the ratings, those that say that it helped; "partly" counts as half."""
        return share(self.ratings["tak"] + self.ratings["czesciowo"] / 2, self.rated)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def totals(cells: Iterable[tuple[Cell, int]]) -> Totals:
    made = Totals()
    for cell, n in cells:
        made.add(cell, n)
    return made
