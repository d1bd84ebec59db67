"""Which of the options offered a message chooses, by name or by number; knows nothing of what is offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from .folding import fold, word_set
from .message import Message
from .model import Reason
from .numerals import CARDINALS, ORDINALS
from .settling import Candidate
from .typos import Vocabulary

Option = Union[str, "tuple[str, str]"]
"""A value that is its own label, or a value and its label."""

_NUMBER = re.compile(r"(?<![\d.,/-])#?(\d{1,2})(?![\d]|[.,/:-]\d)")
_LAST = word_set("ostatni ostatnia ostatnie ostatniego ostatniej ostatnim")
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
_UNTELLING = word_set("i w na o z do u po za od albo lub inne the of oraz")
_SHORTEST_STEM = 4
_LONGEST_ENDING = 5


def _parts(option: Option) -> tuple[str, str]:
    return (option, option) if isinstance(option, str) else option


def _is_same_word(heard: str, meant: str) -> bool:
    """Whether two forms can be of one word: "zalało", "zalania" and "zalanie" share enough of a beginning."""
    if heard == meant:
        return True
    shorter = min(len(heard), len(meant))
    needed = max(_SHORTEST_STEM, shorter - 2)
    return heard[:needed] == meant[:needed] and abs(len(heard) - len(meant)) <= _LONGEST_ENDING


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


class _Choice:
    """The options and the words that name each."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.values = [_parts(option)[0] for option in options]
        self.labels = [
            {w for part in _parts(option) for w in _words(part) if w not in _UNTELLING} for option in options
        ]
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
        """The options that words of the message name; one named by a part of another's words is left out."""
        named = [self._named_by(message, label) for label in self.labels]
        found = []
        for value, tokens in zip(self.values, named):  # noqa: B905 (of one length)
            if tokens and not any(tokens < others for others in named):
                starts = sorted(tokens)
                end = next(t.end for t in message.tokens if t.start == starts[-1])
                found.append(Candidate(starts[0], end, value))
        return found

    def _named_by(self, message: Message, label: set[str]) -> set[int]:
        """Where words of the message stand that are words of the label."""
        starts = set()
        for token in message.tokens:
            forms = (token.text, *self._spelled.nearest(token.text))
            if token.text not in _UNTELLING and any(_is_same_word(form, word) for form in forms for word in label):
                starts.add(token.start)
        return starts


def find_choices(message: Message, options: Sequence[Option]) -> list[Candidate]:
    """What is chosen: a name counts more than a number, since names may hold numbers."""
    choice = _Choice(options)
    exact = message.folded.strip(" .!?\"'")
    for value, label in map(_parts, options):
        if exact in (fold(value), fold(label)):
            return [Candidate(0, len(message.folded), value)]
    return choice.by_name(message) or choice.by_number(message)
