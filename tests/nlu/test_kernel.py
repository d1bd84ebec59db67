"""What is learned from sentence vectors, and that the short way to unseen margins is the long one's equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bot.nlu.kernel import KernelFit, likeness


def topics(count: int) -> tuple[Any, Any]:
    """Vectors of length one around three directions, and which of them each is near."""
    chance = np.random.default_rng(7)
    wanted: Any = np.arange(count) % 3
    rows = np.eye(3, 16)[wanted] + chance.normal(scale=0.3, size=(count, 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), wanted


def test_likeness_is_one_for_the_same_and_falls_with_narrowness() -> None:
    vectors, _ = topics(2)
    broad, narrow = likeness(vectors, vectors, 2.0), likeness(vectors, vectors, 20.0)
    assert np.allclose(np.diag(narrow), 1, atol=1e-5)
    assert 0 < narrow[0, 1] < broad[0, 1] < 1


def test_the_margins_of_a_fold_are_those_of_a_fit_that_never_saw_it() -> None:
    vectors, wanted = topics(60)
    fit = KernelFit(vectors, wanted, narrowness=5.0, smoothing=0.1)
    held, seen = np.arange(0, 12), np.arange(12, 60)
    # The same arithmetic, but for the bias, which is that of all the answers.
    alike = likeness(vectors[seen], vectors[seen], 5.0) + 0.1 * np.eye(len(seen))
    answers = np.where(np.eye(3)[wanted[seen]] > 0, 1, -1) - fit.bias
    expected = likeness(vectors[held], vectors[seen], 5.0) @ np.linalg.solve(alike, answers) + fit.bias
    assert np.allclose(fit.unseen([held])[held], expected, atol=1e-3)


def test_examples_without_a_neighbour_are_told_by_direction() -> None:
    vectors, wanted = topics(60)
    margins = KernelFit(vectors, wanted, narrowness=5.0, smoothing=0.1).unseen(np.array_split(np.arange(60), 5))
    assert (margins.argmax(axis=1) == wanted).mean() > 0.9


def test_vectors_that_cannot_be_told_apart_are_a_fault_with_a_remedy() -> None:
    same: Any = np.ones((4, 1), dtype=np.float32)
    with pytest.raises(ValueError, match="dense_smoothing"):
        KernelFit(same, np.array([0, 1, 0, 1]), narrowness=5.0, smoothing=-1.0)
