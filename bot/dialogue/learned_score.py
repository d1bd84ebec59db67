"""How much a message sounds like those of one kind: a linear score over its words and pieces of words.

For what no pattern foresees: complaints (skargi.yml), danger to somebody and thoughts of suicide (zagrozenia.yml). The
weights beside them are learned by scripts/learn_scores.py; pure functions of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from functools import cached_property, lru_cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import ClassVar

from bot.language.diacritics import plain

HERE = Path(__file__).parent
# What is bitter stands in the beginning; a long account is full of words that say nothing either way.
READ = 300
_SHORTEST, _LONGEST = 2, 5
# Begins a piece's name among the weights.
PIECE = "~"


class Score:
    """The weights of one file, read when they are first asked for."""

    made: ClassVar[list[Score]] = []

    def __init__(self, name: str) -> None:
        self.file = HERE / f"{name}.json"
        self.made.append(self)

    @cached_property
    def weights(self) -> tuple[float, Mapping[str, float], Mapping[str, float]]:
        """What everything starts from, and what words and pieces of words weigh; those that are not there, nothing."""
        learned: dict[str, float] = json.loads(self.file.read_text(encoding="utf-8"))
        pieces = {name[1:]: weight for name, weight in learned.items() if name.startswith(PIECE)}
        return learned[""], {name: learned[name] for name in learned if not name.startswith(PIECE)}, pieces

    def of(self, text: str) -> float:
        """Above 0: more likely of this kind than not, as far as such words were seen."""
        start, of_words, of_pieces = self.weights
        words, pieces = said(text)
        return start + _sum(words, of_words) + _sum(pieces, of_pieces)


def load_all() -> None:
    """Read the weights of every score that this process asks."""
    for score in Score.made:
        _ = score.weights


def features(text: str) -> dict[str, float]:
    """By name, as they are learned; the longer a word or piece, the more it is worth, and each group has length one."""
    words, pieces = said(text)
    of_words, of_pieces = _length(words), _length(pieces)
    return {name: len(name) / of_words for name in words} | {PIECE + name: len(name) / of_pieces for name in pieces}


@lru_cache(maxsize=8)  # one message is asked about by several kinds
def said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words and pairs of them; and pieces within a word, its edges marked by spaces."""
    words = re.findall(r"\w+|[?!]", plain(text[:READ]))
    pairs = map(" ".join, pairwise(["^", *words, "$"]))
    framed = [f" {word} " for word in words]
    sizes = range(_SHORTEST, _LONGEST + 1)
    pieces = frozenset(word[at : at + size] for word in framed for size in sizes for at in range(len(word) - size + 1))
    return frozenset({*words, *pairs}), pieces


def _sum(group: Set[str], known: Mapping[str, float]) -> float:
    return sum(known[name] * len(name) for name in group if name in known) / _length(group) if group else 0.0


def _length(group: Set[str]) -> float:
    return sqrt(sum(len(name) ** 2 for name in group))
