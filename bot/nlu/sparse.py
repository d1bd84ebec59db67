"""Weighs the features of a message into a sparse vector (TF-IDF, each group of length one)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.nlu.features import GROUPS, features
from bot.nlu.words import Lexicon


@dataclass(frozen=True)
class Row:
    """One message: `columns` (int32) and `weights` (float32) of its known features.

    `lemmas` are the columns of its known lemmas and `worth` their rarities; `unknown` is the rarity of those that
    no example has, each counted as the rarest.
    """

    columns: Any
    weights: Any
    lemmas: Any
    worth: Any
    unknown: float

    def covered_by(self, seen: Any) -> float:
        """The share of its lemmas, by rarity, that `seen` (a flag a column) holds: 1 when all, 0 when none."""
        total = float(self.worth.sum()) + self.unknown
        return float(self.worth[seen[self.lemmas]].sum()) / total if total else 0.0


class SparseSpace:
    """The columns that training found, with their inverse document frequencies."""

    def __init__(self, columns: dict[str, int], rarity: Any, lexicon: Lexicon, groups: Mapping[str, float]) -> None:
        self.columns, self.rarity, self.lexicon, self.groups = columns, rarity, lexicon, dict(groups)
        self._factors = np.array([self.groups[group] for group in GROUPS])
        self._rarest = float(rarity.max())

    @classmethod
    def of_examples(cls, texts: Sequence[str], groups: Mapping[str, float]) -> SparseSpace:
        """Every feature of `texts` becomes a column; `groups` weighs the groups, 0 leaves one out."""
        lexicon = Lexicon.of_examples(texts)
        spread: Counter[str] = Counter()
        for text in texts:
            spread.update({feature for feature in features(text, lexicon) if groups[feature[0]]})
        columns = {feature: column for column, feature in enumerate(sorted(spread))}
        seen = np.array([spread[feature] for feature in columns], dtype=np.float32)
        rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
        return cls(columns, rarity.astype(np.float32), lexicon, groups)

    def row(self, text: str) -> Row:
        """The vector of one message."""
        counts = Counter(features(text, self.lexicon))
        known = [
            (feature, self.columns[feature], count) for feature, count in counts.items() if feature in self.columns
        ]
        columns = np.array([column for _, column, _ in known], dtype=np.int32)
        kinds = np.array([GROUPS.index(feature[0]) for feature, _, _ in known], dtype=np.int32)
        repeats = np.array([count for _, _, count in known], dtype=np.float32)
        weights = self._scaled((1 + np.log(repeats)) * self.rarity[columns], kinds)
        lemmas = columns[kinds == GROUPS.index("l")]
        strange = sum(feature.startswith("l:") and feature not in self.columns for feature in counts)
        return Row(columns, weights, lemmas, self.rarity[lemmas], strange * self._rarest)

    def _scaled(self, values: Any, kinds: Any) -> Any:
        """Each group brought to length one and its weight, so that long words do not drown short ones."""
        lengths = np.sqrt(np.bincount(kinds, weights=values * values, minlength=len(GROUPS)))
        factors = self._factors / np.maximum(lengths, 1e-9)
        return (values * factors[kinds]).astype(np.float32)

    def matrix(self, rows: Sequence[Row]) -> Any:
        """The vectors of `rows` as a CSR matrix, for training."""
        from scipy.sparse import csr_matrix  # only training needs it

        starts = np.cumsum([0, *(len(row.columns) for row in rows)])
        columns = np.concatenate([row.columns for row in rows])
        weights = np.concatenate([row.weights for row in rows])
        return csr_matrix((weights, columns, starts), shape=(len(rows), len(self.columns)))

    def seen_under(self, rows: Sequence[Row], wanted: Any, intents: int) -> Any:
        """Flags, intents × columns: which lemma columns the examples of each intent have."""
        seen: Any = np.zeros((intents, len(self.columns)), dtype=bool)
        for row, intent in zip(rows, wanted, strict=True):
            seen[intent, row.lemmas] = True
        return seen
