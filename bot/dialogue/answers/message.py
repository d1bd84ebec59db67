"""A customer's message prepared for reading: folded text, tokens, offsets; knows no grammar and no kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .folding import composed, fold

LONGEST = 8_000
"""Characters of a message that are read for values; longer ones than Messenger's own limit are cut here."""

_TOKEN = re.compile(r"\d+|[a-z]+|[^\sa-z\d]")


@dataclass(frozen=True)
class Token:
    """A run of digits, a run of letters or one other character of the folded text."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return "a" <= self.text[0] <= "z"

    @property
    def is_number(self) -> bool:
        return "0" <= self.text[0] <= "9"


class Message:
    """`raw` and `folded` have the same length; `span` leads back to the text as it came."""

    def __init__(self, text: str) -> None:
        self.raw, self._offsets = composed(text)
        self.folded = fold(self.raw)

    @cached_property
    def tokens(self) -> list[Token]:
        return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(self.folded)]

    @cached_property
    def words(self) -> list[str]:
        return [token.text for token in self.tokens]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text as given."""
        if self._offsets is None:
            return start, end
        return self._offsets[start], self._offsets[end]


class Taken:
    """Which characters of a message already belong to something."""

    def __init__(self, message: Message, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._mask = bytearray(len(message.folded))
        for start, end in spans:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        self._mask[start:end] = b"\x01" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return not any(self._mask[start:end])
