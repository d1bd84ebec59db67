"""Trains an `IntentReader` from examples: linear heads, their mixture and their calibration by cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.nlu import OUT_OF_SCOPE
from bot.nlu.kernel import KernelFit
from bot.nlu.model import DenseHead, Head, IntentReader, Scale, Thresholds, evidence_of
from bot.nlu.sparse import Row, SparseSpace
from bot.nlu.vectors import SentenceEncoder

_FOLDS = 5
_SEED = 20261121
_SHARES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Settings:
    """What can be tuned; the values shipped were chosen by measurement, see nlu_data/config.yml."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    groups: Mapping[str, float] = field(default_factory=lambda: {"w": 0.7, "b": 0.5, "l": 1.0, "k": 0.7, "c": 1.5})
    sparse_c: float = 0.2
    dense_narrowness: float = 10.0
    dense_smoothing: float = 0.1


def train_reader(
    texts: Sequence[str], labels: Sequence[str], settings: Settings, encoder: SentenceEncoder | None
) -> IntentReader:
    """Trains on `texts` and their `labels`; without an encoder the reader is sparse alone."""
    intents = sorted(set(labels))
    wanted = np.array([intents.index(label) for label in labels])
    space = SparseSpace.of_examples(texts, settings.groups)
    rows = [space.row(text) for text in texts]
    vectors = encoder.encode([space.lexicon.spelt(text) for text in texts]) if encoder else None
    fit = None
    if vectors is not None:
        fit = KernelFit(vectors, wanted, narrowness=settings.dense_narrowness, smoothing=settings.dense_smoothing)
    unseen = _Unseen(space, rows, wanted, settings, vectors, fit)
    out = intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in intents else None
    scales = {"sparse": _scale(unseen.sparse, unseen, wanted, out, dense=False)}
    dense = None
    if fit is not None:
        share = min(_SHARES, key=lambda share: _temperature(unseen.sparse + share * unseen.dense, wanted)[1])
        scales["both"] = _scale(unseen.sparse + share * unseen.dense, unseen, wanted, out, dense=True)
        dense = DenseHead(vectors, fit.weights, fit.bias, settings.dense_narrowness, share)
    sparse = _fitted(space.matrix(rows), wanted, settings.sparse_c)
    seen = space.seen_under(rows, wanted, len(intents))
    return IntentReader(intents, space, seen, sparse, dense, scales, settings.thresholds, encoder)


def _fitted(rows: Any, wanted: Any, c: float) -> Head:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=c, random_state=_SEED, tol=1e-2, max_iter=3000).fit(rows, wanted)
    return Head(np.ascontiguousarray(machine.coef_.T, dtype=np.float32), machine.intercept_.astype(np.float32))


class _Unseen:
    """What heads trained without an example say of it: sparse and dense margins (examples × intents), the likeness
    to the nearest of the others, and for each intent the share of its words that the others have."""

    def __init__(
        self,
        space: SparseSpace,
        rows: list[Row],
        wanted: Any,
        settings: Settings,
        vectors: Any,
        fit: KernelFit | None,
    ) -> None:
        from sklearn.model_selection import StratifiedKFold

        matrix, intents = space.matrix(rows), int(wanted.max()) + 1
        self.sparse: Any = np.zeros((len(wanted), intents), dtype=np.float32)
        self.covered = np.zeros_like(self.sparse)
        self.nearest: Any = np.zeros(len(wanted), dtype=np.float32)
        folds = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(matrix, wanted))
        for seen, held in folds:
            head = _fitted(matrix[seen], wanted[seen], settings.sparse_c)
            self.sparse[held] = matrix[held] @ head.weights + head.bias
            flags = space.seen_under([rows[i] for i in seen], wanted[seen], intents)
            self.covered[held] = [[rows[i].covered_by(flags[j]) for j in range(intents)] for i in held]
            if vectors is not None:
                self.nearest[held] = (vectors[held] @ vectors[seen].T).max(axis=1)
        self.dense: Any = fit.unseen(held for _, held in folds) if fit else np.zeros_like(self.sparse)


def _temperature(margins: Any, wanted: Any) -> tuple[float, float]:
    """The temperature under which `wanted` is least surprising, and that surprise (mean negative log-likelihood)."""

    def surprise(temperature: float) -> float:
        chances = Scale(temperature, ()).chances(margins)
        return float(-np.log(np.clip(chances[np.arange(len(wanted)), wanted], 1e-9, 1)).mean())

    best = min((float(t) for t in np.geomspace(0.5, 30, 40)), key=surprise)
    return best, surprise(best)


def _scale(margins: Any, unseen: _Unseen, wanted: Any, out: int | None, *, dense: bool) -> Scale:
    """Fits the temperature, and upon it the chance of being right."""
    from sklearn.linear_model import LogisticRegression

    temperature, _ = _temperature(margins, wanted)
    chances, first = Scale(temperature, ()).chances(margins), margins.argmax(axis=1)
    stray = np.where(first == out, 0.0, chances[:, out]) if out is not None else np.zeros(len(wanted))
    covered = unseen.covered[np.arange(len(wanted)), first]
    nearest = unseen.nearest if dense else np.zeros(len(wanted))
    evidence, right = evidence_of(margins, chances, stray, covered, nearest), first == wanted
    if right.all() or not right.any():  # nothing to learn from: as sure as examples of that number allow
        sure = float(np.log(len(wanted) + 1)) * (1 if right.all() else -1)
        return Scale(temperature, (sure, *[0.0] * (evidence.shape[1] - 1)))
    judge = LogisticRegression(C=10.0, fit_intercept=False, max_iter=1000).fit(evidence, right)
    return Scale(temperature, tuple(float(weight) for weight in judge.coef_[0]))
