"""Words one slip of the finger away from known words; knows no particular vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 5
"""Shorter words have too many neighbours to be corrected safely."""
LONGEST = 24


def _deletions(word: str) -> set[str]:
    return {word[:index] + word[index + 1 :] for index in range(len(word))}


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was added, left out, replaced, or two neighbours swapped."""
    if abs(len(typed) - len(meant)) == 1:
        return min(typed, meant, key=len) in _deletions(max(typed, meant, key=len))
    if len(typed) != len(meant):
        return False
    differing = [index for index, pair in enumerate(zip(typed, meant)) if pair[0] != pair[1]]  # noqa: B905
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2
        and differing[1] - differing[0] == 1
        and typed[differing[0]] == meant[differing[1]]
        and typed[differing[1]] == meant[differing[0]]
    )


class Vocabulary:
    """Known folded words, found in spite of one slip.

    `aloof` are words of the language that look like a slip of a known one and are not ("srodek", "srode").
    A slip that could be of two different words is not corrected.
    """

    def __init__(self, words: Iterable[str], aloof: Iterable[str] = ()) -> None:
        self._words = frozenset(words)
        self._aloof = frozenset(aloof)
        self._near: dict[str, set[str]] = {}
        for word in self._words:
            if len(word) >= SHORTEST:
                for key in _deletions(word) | {word}:
                    self._near.setdefault(key, set()).add(word)
        self.nearest = lru_cache(maxsize=4096)(self._nearest)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def _nearest(self, word: str) -> tuple[str, ...]:
        if word in self._words:
            return (word,)
        if not SHORTEST <= len(word) <= LONGEST or word in self._aloof:
            return ()
        near = {meant for key in _deletions(word) | {word} for meant in self._near.get(key, ())}
        return tuple(sorted(meant for meant in near if meant[0] == word[0] and _one_slip(word, meant)))
