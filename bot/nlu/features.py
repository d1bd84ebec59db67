"""Names the features of a message, in groups; knows neither their weights nor the intents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.nlu.words import Lexicon, tokens

# Words, word pairs, lemmas, lemma pairs, character n-grams. The first letter of a feature is its group.
GROUPS = "wblkc"
_SHORTEST, _LONGEST = 2, 5


def features(text: str, lexicon: Lexicon) -> Iterator[str]:
    """All features of `text`, with repetitions, e.g. `w:nie`, `k:^ zglosic`, `c:szk`."""
    words = tokens(text)
    bases = [lexicon.lemma(word) for word in words]
    for group, pairs, row in (("w", "b", words), ("l", "k", bases)):
        yield from (f"{group}:{word}" for word in row)
        framed = ["^", *row, "$"]
        yield from (f"{pairs}:{first} {second}" for first, second in pairwise(framed))
    for word in words:
        yield from _pieces(f" {word} ")


def _pieces(framed: str) -> Iterator[str]:
    """Character n-grams inside one word, its edges marked by spaces: what survives a typo."""
    for size in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(framed) - size + 1):
            yield f"c:{framed[start : start + size]}"
