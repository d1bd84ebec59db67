"""Which of the options offered a message chooses, by name or by number; knows nothing of what is offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from .folding import fold
from .message import Message
from .model import Reason
from .numerals import CARDINALS, ORDINALS
from .settling import Candidate
from .typos import Vocabulary

Option = Union[str, "tuple[str, str]"]  # noqa: UP007 (evaluated at run time on 3.10)
"""A value that is its own label, or a value and its label."""

_NUMBER = re.compile(r"(?<![\d.,/-])#?(\d{1,2})(?![\d]|[.,/:-]\d)")
_LAST = frozenset("ostatni ostatnia ostatnie ostatniego ostatniej ostatnim".split())
_COLLOQUIAL = {
    "jedynka": 1,
    "jedynke": 1,
    "dwojka": 2,
    "dwojke": 2,
    "trojka": 3,
    "trojke": 3,
    "czworka": 4,
    "czworke": 4,
}
_UNTELLING = frozenset("i w na o z do u po za od albo lub inne the of oraz".split())
_SHORTEST_STEM = 4


def _parts(option: Option) -> tuple[str, str]:
    return (option, option) if isinstance(option, str) else option


def _stem(word: str) -> str:
    """A word without its ending, enough to know it inflected: "zalania", "zalanie" → "zalan"."""
    return word[: max(_SHORTEST_STEM, len(word) - (3 if len(word) > 7 else 2))] if len(word) > _SHORTEST_STEM else word


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


class _Choice:
    """The options as word stems; a stem shared by several options tells nothing between them."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.values = [_parts(option)[0] for option in options]
        self.labels = [_words(_parts(option)[1]) for option in options]
        self.stems = [{_stem(w) for w in label if w not in _UNTELLING} for label in self.labels]
        self.names = [{_stem(w) for w in _words(value)} for value in self.values]
        self._spelled = Vocabulary(word for label in self.labels for word in label)

    def by_number(self, message: Message) -> list[Candidate]:
        found = [(int(m.group(1)), m.start(), m.end()) for m in _NUMBER.finditer(message.folded)]
        for token in message.tokens:
            number = ORDINALS.get(token.text) or CARDINALS.get(token.text) or _COLLOQUIAL.get(token.text)
            if token.text in _LAST:
                number = len(self.values)
            if number:
                found.append((number, token.start, token.end))
        return [
            Candidate(start, end, self.values[n - 1])
            if 1 <= n <= len(self.values)
            else Candidate(start, end, None, Reason.NOT_AN_OPTION)
            for n, start, end in found
        ]

    def by_name(self, message: Message) -> list[Candidate]:
        """The options with the most words of the message in their label; the whole label beats a part of it."""
        words = [t for t in message.tokens if t.text not in _UNTELLING]
        heard = {_stem(near) for t in words for near in (t.text, *self._spelled.nearest(t.text))}
        scores = []
        for index, stems in enumerate(self.stems):
            common = len(stems & heard) or (1 if self.names[index] <= heard else 0)
            scores.append((common, common / max(1, len(stems))))
        best = max(scores, default=(0, 0.0))
        if best[0] == 0:
            return []
        end = len(message.folded)
        return [Candidate(0, end, self.values[i]) for i, score in enumerate(scores) if score == best]


def find_choices(message: Message, options: Sequence[Option]) -> list[Candidate]:
    """What is chosen: a name counts more than a number, since names may hold numbers."""
    choice = _Choice(options)
    exact = message.folded.strip(" .!?\"'")
    for value, label in map(_parts, options):
        if exact in (fold(value), fold(label)):
            return [Candidate(0, len(message.folded), value)]
    return choice.by_name(message) or choice.by_number(message)
