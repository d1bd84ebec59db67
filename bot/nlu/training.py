"""Trains an `IntentReader` from examples: linear heads, their mixture and their calibration by cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.nlu.model import DenseHead, Head, IntentReader, Scale, Thresholds, evidence_of
from bot.nlu.sparse import SparseSpace
from bot.nlu.vectors import SentenceEncoder
from bot.nlu.words import fold

_FOLDS = 5
_SEED = 20261121


@dataclass(frozen=True)
class Settings:
    """What can be tuned; the values shipped were chosen by measurement, see nlu_data/config.yml."""

    groups: Mapping[str, float] = field(default_factory=lambda: {"w": 0.7, "b": 0.5, "l": 1.0, "k": 0.7, "c": 1.5})
    sparse_c: float = 0.2
    dense_c: float = 1.0
    thresholds: Thresholds = Thresholds(accept=0.6, ask=0.2, sure=0.9)


def train_reader(
    texts: Sequence[str], labels: Sequence[str], settings: Settings, encoder: SentenceEncoder | None
) -> IntentReader:
    """Trains on `texts` and their `labels`; without an encoder the reader is sparse alone."""
    texts = [fold(text) for text in texts]
    intents = sorted(set(labels))
    wanted = np.array([intents.index(label) for label in labels])
    space = SparseSpace.of_examples(texts, settings.groups)
    rows, known = space.matrix(texts), np.array([space.row(text).known for text in texts])
    vectors = encoder.encode(texts) if encoder else None
    unseen = _unseen(rows, vectors, wanted, settings)
    scales = {"sparse": _scale(unseen.sparse, known, np.zeros(len(texts)), wanted)}
    dense = None
    if vectors is not None:
        share = _best_share(unseen, wanted)
        scales["both"] = _scale(unseen.sparse + share * unseen.dense, known, unseen.nearest, wanted)
        mean = vectors.mean(axis=0)
        dense = DenseHead(_fitted(vectors - mean, wanted, settings.dense_c), mean, vectors, share)
    sparse = _fitted(rows, wanted, settings.sparse_c)
    return IntentReader(intents, space, sparse, dense, scales, settings.thresholds, encoder)


@dataclass(frozen=True)
class _Unseen:
    """Margins of every example from heads trained without it, and its likeness to the nearest of the others."""

    sparse: Any
    dense: Any
    nearest: Any


def _fitted(rows: Any, wanted: Any, c: float) -> Head:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=c, class_weight=None, random_state=_SEED).fit(rows, wanted)
    return Head(np.ascontiguousarray(machine.coef_.T, dtype=np.float32), machine.intercept_.astype(np.float32))


def _unseen(rows: Any, vectors: Any, wanted: Any, settings: Settings) -> _Unseen:
    from sklearn.model_selection import StratifiedKFold

    sparse = np.zeros((len(wanted), wanted.max() + 1), dtype=np.float32)
    dense, nearest = np.zeros_like(sparse), np.zeros(len(wanted), dtype=np.float32)
    for seen, held in StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(rows, wanted):
        head = _fitted(rows[seen], wanted[seen], settings.sparse_c)
        sparse[held] = rows[held] @ head.weights + head.bias
        if vectors is not None:
            mean = vectors[seen].mean(axis=0)
            head = _fitted(vectors[seen] - mean, wanted[seen], settings.dense_c)
            dense[held] = (vectors[held] - mean) @ head.weights + head.bias
            nearest[held] = (vectors[held] @ vectors[seen].T).max(axis=1)
    return _Unseen(sparse, dense, nearest)


def _best_share(unseen: _Unseen, wanted: Any) -> float:
    """How much the dense margins count beside the sparse ones: the share with the least surprise."""
    shares = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
    return min(shares, key=lambda share: _temperature(unseen.sparse + share * unseen.dense, wanted)[1])


def _temperature(margins: Any, wanted: Any) -> tuple[float, float]:
    """The temperature under which `wanted` is least surprising, and that surprise (mean negative log-likelihood)."""

    def surprise(temperature: float) -> float:
        chances = Scale(temperature, ()).chances(margins)
        return float(-np.log(np.clip(chances[np.arange(len(wanted)), wanted], 1e-9, 1)).mean())

    best = min((float(t) for t in np.geomspace(0.5, 30, 40)), key=surprise)
    return best, surprise(best)


def _scale(margins: Any, known: Any, nearest: Any, wanted: Any) -> Scale:
    from sklearn.linear_model import LogisticRegression

    temperature, _ = _temperature(margins, wanted)
    evidence = evidence_of(Scale(temperature, ()).chances(margins), known, nearest)
    right = margins.argmax(axis=1) == wanted
    if right.all() or not right.any():  # nothing to learn from: as sure as a fold of that size allows
        return Scale(temperature, (float(np.log(len(wanted) + 1)) * (1 if right.all() else -1), 0.0, 0.0, 0.0, 0.0))
    judge = LogisticRegression(C=10.0, fit_intercept=False, max_iter=1000).fit(evidence, right)
    return Scale(temperature, tuple(float(weight) for weight in judge.coef_[0]))
