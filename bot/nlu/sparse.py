"""Weighs the features of a message into a sparse vector (TF-IDF, each group of length one)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.nlu.features import GROUPS, features
from bot.nlu.words import Lemmas


@dataclass(frozen=True)
class Row:
    """One message: `columns` (int32) and `weights` (float32) of the known features; `known` is the share of its
    words seen in training, 0 to 1."""

    columns: Any
    weights: Any
    known: float


class SparseSpace:
    """The columns that training found, with their inverse document frequencies."""

    def __init__(self, columns: dict[str, int], rarity: Any, lemmas: Lemmas, groups: Mapping[str, float]) -> None:
        self.columns, self.rarity, self.lemmas, self.groups = columns, rarity, lemmas, dict(groups)

    @classmethod
    def of_examples(cls, texts: Sequence[str], groups: Mapping[str, float]) -> SparseSpace:
        """Every feature of `texts` becomes a column; `groups` weighs the groups, 0 leaves one out."""
        lemmas = Lemmas.of_examples(texts)
        spread: Counter[str] = Counter()
        for text in texts:
            spread.update({feature for feature in features(text, lemmas) if groups[feature[0]]})
        columns = {feature: column for column, feature in enumerate(sorted(spread))}
        seen = np.array([spread[feature] for feature in columns], dtype=np.float32)
        rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
        return cls(columns, rarity.astype(np.float32), lemmas, groups)

    def row(self, text: str) -> Row:
        """The vector of one message."""
        counts = Counter(features(text, self.lemmas))
        columns: list[int] = []
        weights: list[float] = []
        spans: list[tuple[str, int]] = []
        known = words = 0
        for feature, count in counts.items():
            column = self.columns.get(feature)
            if feature[0] == "w":
                words += 1
                known += column is not None
            if column is not None:
                columns.append(column)
                weights.append(float(count))
                spans.append((feature[0], column))
        where = np.array(columns, dtype=np.int32)
        values = (1 + np.log(np.array(weights, dtype=np.float32))) * self.rarity[where] if columns else np.zeros(0)
        kinds = np.array([GROUPS.index(group) for group, _ in spans], dtype=np.int32)
        return Row(where, self._scaled(values, kinds), known / words if words else 0.0)

    def _scaled(self, values: Any, kinds: Any) -> Any:
        """Each group brought to length one and its weight, so that long words do not drown short ones."""
        lengths = np.sqrt(np.bincount(kinds, weights=values * values, minlength=len(GROUPS)))
        factors = np.array([self.groups[group] for group in GROUPS]) / np.maximum(lengths, 1e-9)
        return (values * factors[kinds]).astype(np.float32)

    def matrix(self, texts: Sequence[str]) -> Any:
        """The vectors of `texts` as a CSR matrix, for training."""
        from scipy.sparse import csr_matrix  # only training needs it

        rows = [self.row(text) for text in texts]
        starts = np.cumsum([0, *(len(row.columns) for row in rows)])
        columns = np.concatenate([row.columns for row in rows])
        weights = np.concatenate([row.weights for row in rows])
        return csr_matrix((weights, columns, starts), shape=(len(rows), len(self.columns)))
