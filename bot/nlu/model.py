"""Reads one message: which intents it may have and how sure that is. Holds trained numbers; trains nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from bot.nlu import OUT_OF_SCOPE
from bot.nlu.sparse import Row, SparseSpace
from bot.nlu.vectors import SentenceEncoder
from bot.nlu.words import after_greeting, fold, word_count

_CACHED_LETTERS = 40
_CACHED_MESSAGES = 2000
# From there on what follows a greeting is more than a part of it. Over the held-out messages: with a greeting in front
# 1,506 of 1,566 are right instead of 1,083; of all as they stand 1,928 of 2,011 instead of 1,937.
_WORTH_READING = 0.4
# "Dzień dobry, miałem stłuczkę" says all in two words, "dzień dobry, tu Krystyna" nothing: so few have to be sure.
_FEW_WORDS, _SURE_OF_FEW = 2, 0.95


class Understood(Enum):
    """What the dialogue may do with a reading."""

    YES = "yes"  # act on the intent
    ASK = "ask"  # offer the first two or three of the ranking
    NO = "no"  # out of scope, or nothing near enough to offer


@dataclass(frozen=True)
class Reading:
    """`ranking`: intents with their confidence, falling; the first one's is the chance that it is right."""

    ranking: tuple[tuple[str, float], ...]
    understood: Understood
    dense: bool

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """The chance, 0 to 1, that `intent` is right."""
        return self.ranking[0][1]


@dataclass(frozen=True)
class Thresholds:
    """`accept`: confidence from which a reading is acted on; `ask`: from which it is worth offering;
    `sure`: sparse confidence from which the dense vector is not asked for."""

    accept: float = 0.72
    ask: float = 0.2
    sure: float = 0.9


@dataclass(frozen=True)
class Scale:
    """Margins into probabilities, and those into the chance of being right; fitted on folds the heads had not seen.

    `temperature` multiplies the margins before softmax; `evidence` weighs the columns of `evidence_of`.
    """

    temperature: float
    evidence: tuple[float, ...]

    def chances(self, margins: Any) -> Any:
        """Probabilities over the intents, along the last axis."""
        scaled = margins * self.temperature
        grown = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return grown / grown.sum(axis=-1, keepdims=True)

    def chance_right(self, evidence: Any) -> Any:
        """The chance that the first intent is right, from rows as made by `evidence_of`."""
        return 1 / (1 + np.exp(-(evidence @ np.array(self.evidence))))


def evidence_of(margins: Any, chances: Any, stray: Any, covered: Any, nearest: Any) -> Any:
    """Rows of what speaks for the first intent: 1, its log-odds, its lead over the second, its margin against all
    others together, the chance of being out of scope where that is not the first, the share of the message's words
    that the intent's examples have, and the likeness to the nearest example (0 without dense vectors)."""
    ordered = np.sort(chances, axis=-1)
    first, second = ordered[..., -1], ordered[..., -2]
    odds = np.log(np.clip(first, 1e-6, 1 - 1e-6) / np.clip(1 - first, 1e-6, 1))
    return np.stack([np.ones_like(first), odds, first - second, margins.max(axis=-1), stray, covered, nearest], axis=-1)


@dataclass(frozen=True)
class Head:
    """A linear layer: `weights` is columns × intents."""

    weights: Any
    bias: Any


@dataclass(frozen=True)
class DenseHead:
    """What bot/nlu/kernel.py learned: the examples' own vectors, weights (examples × intents), bias and narrowness;
    and the share of its margins in the sum."""

    examples: Any
    weights: Any
    bias: Any
    narrowness: float
    share: float

    def margins(self, vector: Any) -> tuple[Any, float]:
        """The margins of one message, and its likeness (cosine) to the nearest example."""
        near = self.examples @ vector
        return np.exp(self.narrowness * (near - 1)) @ self.weights + self.bias, float(near.max())


class IntentReader:
    """The trained understanding. Reads the sparse features first and asks for the dense vector only in doubt."""

    def __init__(
        self,
        intents: Sequence[str],
        space: SparseSpace,
        seen: Any,
        sparse: Head,
        dense: DenseHead | None,
        scales: Mapping[str, Scale],
        thresholds: Thresholds,
        encoder: SentenceEncoder | None,
    ) -> None:
        self.intents, self.space, self.seen = tuple(intents), space, seen
        self.sparse, self.dense = sparse, dense
        self.scales, self.thresholds, self.encoder = dict(scales), thresholds, encoder
        self._out = self.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.intents else None
        self._cache: OrderedDict[str, Reading] = OrderedDict()

    def read(self, text: str) -> Reading:
        """The reading of one message; short messages are remembered, since people greet and agree alike."""
        key = fold(text).strip()
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        reading = self._beyond_greeting(key) or self._read(key)
        if len(key) <= _CACHED_LETTERS:
            self._cache[key] = reading
            if len(self._cache) > _CACHED_MESSAGES:
                self._cache.popitem(last=False)
        return reading

    def _beyond_greeting(self, text: str) -> Reading | None:
        """The reading of what follows a greeting, unless it is too little to be read: "dzień dobry, tu Krystyna".

        A greeting before them took a quarter of the held-out messages for nothing but greetings.
        """
        rest = after_greeting(text)
        reading = self._read(rest) if rest is not None else None
        if rest is None or reading is None:
            return None
        if word_count(rest) <= _FEW_WORDS:
            says = reading.intent != OUT_OF_SCOPE and reading.confidence >= _SURE_OF_FEW
        else:
            says = reading.confidence >= _WORTH_READING
        return reading if says else None

    def _read(self, text: str) -> Reading:
        row = self.space.row(text)
        if not len(row.columns):
            return Reading(((OUT_OF_SCOPE, 0.0), *((name, 0.0) for name in self.intents[:4])), Understood.NO, False)
        margins = row.weights @ self.sparse.weights[row.columns] + self.sparse.bias
        ranking = self._ranking("sparse", margins, row, 0.0)
        if self.dense is None or self.encoder is None or ranking[0][1] >= self.thresholds.sure:
            return self._decided(ranking, dense=False)
        vector = self.encoder.encode([self.space.lexicon.spelt(text)])[0]
        dense, nearest = self.dense.margins(vector)
        summed = margins + self.dense.share * dense
        return self._decided(self._ranking("both", summed, row, nearest), dense=True)

    def _ranking(self, scale_name: str, margins: Any, row: Row, nearest: float) -> tuple[tuple[str, float], ...]:
        scale = self.scales[scale_name]
        chances = scale.chances(margins)
        order = np.argsort(-chances)
        first = int(order[0])
        stray = chances[self._out] if self._out not in (None, first) else 0.0
        evidence = evidence_of(margins, chances, np.float64(stray), row.covered_by(self.seen[first]), nearest)
        right = float(scale.chance_right(evidence))
        # The others share what is left in proportion to their probabilities, never passing the first.
        left = (1 - right) / max(1e-9, 1 - float(chances[first]))
        others = ((self.intents[i], min(right, float(chances[i]) * left)) for i in order[1:])
        return ((self.intents[first], right), *others)

    def _decided(self, ranking: tuple[tuple[str, float], ...], *, dense: bool) -> Reading:
        intent, confidence = ranking[0]
        understood = Understood.ASK
        if confidence >= self.thresholds.accept:
            understood = Understood.NO if intent == OUT_OF_SCOPE else Understood.YES
        elif confidence < self.thresholds.ask:
            understood = Understood.NO
        return Reading(ranking, understood, dense)
