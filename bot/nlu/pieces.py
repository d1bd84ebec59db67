"""Cuts a text into the word pieces of XLM-RoBERTa (a unigram model), as multilingual-e5-small was taught them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_SPACE = "\u2581"
_WORD = re.compile(f"{_SPACE}[^{_SPACE}]*")
_NEVER = -1e30
_WORDS_KEPT = 20_000


class Pieces:
    """The pieces with their scores: of all ways to cut a word, the one of the highest sum."""

    def __init__(
        self, pieces: Sequence[str], scores: Sequence[float], letters: Mapping[int, str], *, ends: tuple[int, int, int]
    ) -> None:
        """`letters`: what single letters become first; `ends`: numbers of beginning, end and unknown."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._scores, self._letters = scores, dict(letters)
        self._begin, self._end, self._unknown = ends
        self._longest = max(map(len, pieces))
        self._worst = min(scores) - 10.0
        # No piece goes across a space, so a text is its words, and people use the same words again and again.
        self._word = lru_cache(maxsize=_WORDS_KEPT)(self._cut)

    def numbers(self, text: str) -> list[int]:
        """The numbers of the text's pieces, framed by those of its beginning and its end."""
        plain = re.sub(" {2,}", " ", text.translate(self._letters)).replace(" ", _SPACE)
        framed = plain if plain.startswith(_SPACE) else _SPACE + plain
        words = _WORD.findall(framed)
        return [self._begin, *(number for word in words for number in self._word(word)), self._end]

    def _cut(self, word: str) -> tuple[int, ...]:
        best = [0.0, *[_NEVER] * len(word)]
        came: list[tuple[int, int]] = [(0, 0)] * len(best)
        for start in range(len(word)):
            so_far = best[start]
            for stop in range(start + 1, min(len(word), start + self._longest) + 1):
                number = self._numbers.get(word[start:stop], self._unknown)
                known = number != self._unknown
                score = so_far + (self._scores[number] if known else self._worst)
                if score > best[stop] and (known or stop == start + 1):
                    best[stop], came[stop] = score, (start, number)
        found = []
        at = len(word)
        while at:
            at, number = came[at]
            found.append(number)
        return tuple(reversed(found))
