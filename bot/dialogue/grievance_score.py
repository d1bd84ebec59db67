"""How much a message sounds like a complaint: a linear score over its words and pieces of words.

For what no pattern of grievances.py foresees. The weights are learned by scripts/learn_grievances.py from the sentences
in skargi.yml; pure functions of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path

from bot.language.diacritics import plain

WEIGHTS = Path(__file__).with_name("skargi.json")
# What is bitter stands in the beginning; a long account is full of words that say nothing either way.
READ = 300
_SHORTEST, _LONGEST = 2, 5


@cache
def weights() -> Mapping[str, float]:
    """By feature; those that are not there weigh nothing. "" is what everything starts from."""
    learned: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return learned


def score(text: str) -> float:
    """Above 0: more likely a complaint than not, as far as such words were seen."""
    known = weights()
    return known[""] + sum(known.get(feature, 0.0) * value for feature, value in features(text).items())


def features(text: str) -> dict[str, float]:
    """Words and pairs of them, and pieces within a word; each of the two groups of length one."""
    words = re.findall(r"\w+|[?!]", plain(text[:READ]))
    said: dict[str, float] = {}
    for group in ({*words, *map(" ".join, pairwise(["^", *words, "$"]))}, {f"~{piece}" for piece in _pieces(words)}):
        length = sqrt(sum(len(feature) ** 2 for feature in group))
        said |= {feature: len(feature) / length for feature in group}
    return said


def _pieces(words: list[str]) -> Iterator[str]:
    for word in words:
        framed = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            yield from (framed[start : start + size] for start in range(len(framed) - size + 1))
