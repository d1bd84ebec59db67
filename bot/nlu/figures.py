"""Counts how well messages were understood; knows neither where the readings came from nor how they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.nlu import OUT_OF_SCOPE

OFFERED = 3
_BINS = 10


@dataclass(frozen=True)
class Judged:
    """A message, the intent a person gave it, the ranking it got (falling), and `understood`: yes, ask or no."""

    text: str
    wanted: str
    ranking: tuple[tuple[str, float], ...]
    understood: str

    @property
    def got(self) -> str:
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]

    @property
    def right(self) -> bool:
        return self.got == self.wanted

    @property
    def acted_on(self) -> bool:
        """The dialogue would act without asking."""
        return self.understood == "yes" and self.got != OUT_OF_SCOPE

    @property
    def offered(self) -> list[str]:
        """What the fallback would put on buttons: the likeliest intents in scope."""
        return [name for name, _ in self.ranking if name != OUT_OF_SCOPE][:OFFERED]


@dataclass(frozen=True)
class Bin:
    """Messages of about the same confidence: their number, mean confidence, and share of right ones."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Figures:
    """Shares are 0 to 1. `top1`, `offered`, `right` (acted on) and `wrong` are of the messages in scope,
    `let_through` of those out of it; `ece` is the expected calibration error over all."""

    messages: int
    accuracy: float
    top1: float
    offered: float
    right: float
    wrong: float
    let_through: float
    ece: float
    bins: tuple[Bin, ...]
    recall: dict[str, tuple[int, int]]
    confusions: tuple[tuple[str, str, int], ...]
    worst: tuple[Judged, ...]


def figures_of(judged: Sequence[Judged], worst: int = 10) -> Figures:
    """All figures over `judged`; `worst` messages are the surest mistakes, surest first."""
    scope = [item for item in judged if item.wanted != OUT_OF_SCOPE]
    stray = [item for item in judged if item.wanted == OUT_OF_SCOPE]
    bins = _bins(judged)
    mistakes = sorted((item for item in judged if not item.right), key=lambda item: -item.confidence)
    confused = Counter((item.wanted, item.got) for item in mistakes)
    return Figures(
        messages=len(judged),
        accuracy=_share(item.right for item in judged),
        top1=_share(item.right for item in scope),
        offered=_share(item.wanted in item.offered for item in scope),
        right=_share(item.acted_on and item.right for item in scope),
        wrong=_share(item.acted_on and not item.right for item in scope),
        let_through=_share(item.acted_on for item in stray),
        ece=sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / max(1, len(judged)),
        bins=bins,
        recall={name: _recall(judged, name) for name in sorted({item.wanted for item in judged})},
        confusions=tuple((wanted, got, count) for (wanted, got), count in confused.most_common()),
        worst=tuple(mistakes[:worst]),
    )


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found) if found else 0.0


def _recall(judged: Sequence[Judged], intent: str) -> tuple[int, int]:
    wanted = [item for item in judged if item.wanted == intent]
    return sum(item.right for item in wanted), len(wanted)


def _bins(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    sorted_in: dict[int, list[Judged]] = {}
    for item in judged:
        sorted_in.setdefault(min(_BINS - 1, int(item.confidence * _BINS)), []).append(item)
    return tuple(
        Bin(len(group), sum(item.confidence for item in group) / len(group), _share(item.right for item in group))
        for _, group in sorted(sorted_in.items())
    )
