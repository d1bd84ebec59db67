"""Runs of digits as people type and dictate them: groups, separators, number words.

Knows what may stand inside one number and what ends it; knows nothing of what the number is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .message import Message, Token
from .numerals import cardinal_of, spoken_digits

_GROUPED = re.compile(r"\d+(?:[ \-./()]{1,3}\d+)*")
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:\d{2}(?![\d:])")
_HOUR = re.compile(
    r"\b(?:o|po|do|od|godz|godzinie|godziny|godzinach|przed|kolo|ok|okolo)\.?\s+(?:[01]?\d|2[0-4])"
    r"(?:\s?-\s?(?:[01]?\d|2[0-4]))?(?=\s+(?:\d[ -]?){8}\d(?!\d|[ -]\d))"
)
"""An hour right before nine digits, which are a phone number of their own."""
_HOUR_CUE = re.compile(
    r"\b(?:o|po|od|godz|godzinie|godziny|godzinach|przed|kolo|ok|okolo|(?P<to>do))\.?\s+(?:\d{1,2}\s?-\s?)?$"
)
_DATE = re.compile(
    r"(?<![\d./-])(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})"
    r"(?!\d|[./-]\d)"
)


@dataclass(frozen=True)
class Run:
    """Digit groups with nothing but separators between them, as offsets of the folded text."""

    groups: tuple[str, ...]
    starts: tuple[int, ...]
    end: int

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def start(self) -> int:
        return self.starts[0]

    def part(self, first: int, last: int) -> Run:
        """The groups from `first` up to, not including, `last`."""
        end = self.starts[last - 1] + len(self.groups[last - 1])
        return Run(self.groups[first:last], self.starts[first:last], end)


def _without_times(folded: str) -> str:
    """Clock times and full dates blanked, so that "po 17 501 234 567" does not become one number."""
    for pattern in (_CLOCK, _DATE, _HOUR):
        folded = pattern.sub(lambda match: "\n" * len(match.group()), folded)
    return folded


def written_runs(message: Message) -> list[Run]:
    """Every maximal run of digit groups; letters, commas and colons end a run."""
    runs = []
    for match in _GROUPED.finditer(_without_times(message.folded)):
        groups = list(re.finditer(r"\d+", match.group()))
        starts = tuple(match.start() + group.start() for group in groups)
        runs.append(Run(tuple(group.group() for group in groups), starts, match.end()))
    return runs


_JOINTS = frozenset({",", "-", "i", ".", "myslnik", "kreska"})


def _is_dictated(token: Token) -> bool:
    return token.is_number or (token.is_word and cardinal_of(token.text) is not None)


def dictated_runs(message: Message) -> list[Run]:
    """Runs in which at least one number is a word: "pięćset jeden 234 pięćset sześćdziesiąt siedem"."""
    runs, current = [], []
    for token in [*message.tokens, None]:
        if token is not None and _is_dictated(token):
            current.append(token)
        elif token is not None and current and token.text in _JOINTS:
            continue
        else:
            if any(item.is_word for item in current):
                digits = spoken_digits(item.text for item in current)
                if digits:
                    runs.append(Run((digits,), (current[0].start,), current[-1].end))
            current = []
    return runs


def split_in_two(run: Run, lengths: tuple[int, int]) -> tuple[Run, Run] | None:
    """The run cut between two groups into parts of these numbers of digits; None where no cut does."""
    total = 0
    for index, group in enumerate(run.groups[:-1], start=1):
        total += len(group)
        if total == lengths[0] and len(run.digits) == sum(lengths):
            return run.part(0, index), run.part(index, len(run.groups))
    return None


def may_begin_with_an_hour(message: Message, run: Run) -> bool:
    """Whether the first group could be a time and not the number: "dzwonić o 8 51314139".

    "do 22 123 45 67" is left a number: people call to a number as well as until an hour.
    """
    if len(run.groups) < 2 or len(run.groups[0]) > 2 or int(run.groups[0]) > 24:
        return False
    cue = _HOUR_CUE.search(message.folded, max(0, run.start - 20), run.start)
    return cue is not None and not (cue.group("to") and len(run.groups) > 2)
