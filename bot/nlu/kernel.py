"""Learns intents from sentence vectors by likeness to every example (kernel ridge regression); knows no texts.

It is more often right than a linear SVM over the same vectors (by cross-validation over the examples 85.6 against
79.5 of 100), and what it says of examples it was not shown follows from one solution, without training again for
each fold: with the inverse A of the regularised likenesses, the answers y and the weights w = A y, the error upon the
fold f is A[f, f]⁻¹ w[f].
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def likeness(vectors: Any, examples: Any, narrowness: float) -> Any:
    """1 for the same direction, falling to 0; the higher `narrowness`, the faster. Rows: `vectors`."""
    near = vectors @ examples.T
    near -= 1
    near *= narrowness
    return np.exp(near, out=near)


class KernelFit:
    """The weights that answer 1 for an example's own intent and -1 for the others. Time grows with the cube of the
    examples: three seconds for 5,000, half a minute for 12,000."""

    def __init__(self, vectors: Any, wanted: Any, *, narrowness: float, smoothing: float) -> None:
        """`wanted`: the number of each row's intent; `smoothing`: how little a single example counts."""
        answers: Any = np.full((len(wanted), int(wanted.max()) + 1), -1, dtype=np.float32)
        answers[np.arange(len(wanted)), wanted] = 1
        self.bias = answers.mean(axis=0)
        self._above = answers - self.bias
        self._inverse = _inverse(likeness(vectors, vectors, narrowness), smoothing)
        self.weights = self._inverse @ self._above

    def unseen(self, folds: Iterable[Any]) -> Any:
        """The margins (examples × intents) that each fold would get from a fit without it; `folds`: their rows."""
        margins = np.zeros_like(self._above)
        for held in folds:
            own = self._inverse[np.ix_(held, held)]
            margins[held] = self._above[held] - np.linalg.solve(own, self.weights[held]) + self.bias
        return margins


def _inverse(alike: Any, smoothing: float) -> Any:
    """Of the likenesses, with `smoothing` on the diagonal: positive definite, so half the work of any other."""
    from scipy.linalg import lapack  # only training needs it

    alike[np.diag_indices(len(alike))] += smoothing
    # LAPACK counts columns first; the matrix is symmetric, so its transpose is the same and needs no copy.
    factor, failed = lapack.spotrf(alike.T, lower=1, overwrite_a=1)
    half, worse = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or worse:
        raise ValueError("these sentence vectors cannot be told apart: raise dense_smoothing")
    lower = np.tril(half)
    return lower + np.tril(lower, -1).T
