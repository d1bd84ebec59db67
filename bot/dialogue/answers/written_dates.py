"""Dates written in figures (03.11.2026, 3/11/26, 3 XI, 2026-11-03), and what any phrase of a date can tell.

Day before month, as in Poland; knows no words but those that turn figures into something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from . import calendar_words as words
from . import days
from .message import Message, Taken
from .model import Reason


class Part(Enum):
    """What a phrase tells."""

    DAY = "a whole date"
    WEEKDAY = "a weekday, value 0 (Monday) to 6"
    DAY_OF_MONTH = "a number in a month not said, value 1 to 31"
    WEEK = "a calendar week, value in weeks before this one"
    WEEKS_AGO = "the day so many weeks ago, value in weeks: with a weekday, the one nearest to it"
    YEAR = "a year, value in years before this one"
    MONTH = "a month back, value in months before this one"
    NAMED_MONTH = "a month by name, value 1 to 12"
    NONE = "no day, and the reason"


@dataclass(frozen=True)
class Phrase:
    """A part of a date between two offsets of the folded text; `sure` enough for a message nobody asked."""

    part: Part
    start: int
    end: int
    value: date | int | Reason
    sure: bool = True


_NUMERIC = re.compile(
    r"(?<![\d/:+@,-])(?<!\d\.)(?P<d>\d{1,2})\s?(?P<s>[./,-])\s?(?P<m>\d{1,2}|[ivx]{1,4})(?:\s?[./,-]\s?(?P<y>\d{4}|\d{2}))?"
    r"(?![\d@]|[./:,-]\d|[a-qs-z])"
)
_ISO = re.compile(r"(?<![\d./-])(?P<y>(?:19|20)\d{2})(?P<s>[./ -])(?P<m>\d{1,2})[./ -](?P<d>\d{1,2})(?!\d|[./-]\d)")
_SPACED = re.compile(r"(?<![\d.,:/-])(?<!\d )(?P<d>\d{1,2}) (?P<m>\d{1,2}) (?P<y>(?:19|20)\d{2})(?![\d.,:/-]|\s\d)")
_COMPACT = re.compile(
    r"(?<![\w.,:/-])(?:(?P<d2>[0-3]\d)(?P<m2>0\d|1[0-2])(?P<y2>20\d{2})|(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2}))"
    r"(?![\w/:-]|[.,]\d)"
)
_WHOLE = re.compile(r"\W*(\d{1,2})[ ,](\d{1,2})\W*")
_HOUR_BEFORE = re.compile(r"\b(?:o|godz|godzinie|godziny|godzina|po|przed|ok|okolo|kolo|do)\.?\s*$")
_STRICTLY_HOUR_BEFORE = re.compile(r"\b(?:o|godz|godzinie|godziny|godzina|g)\.?\s*$")
_WORD = re.compile(r"\s*([a-z]+)")
_UNIT_BEHIND = re.compile(r"\s*(?:zl|pln|km|tys|tysi|m\b|mln|%|euro|kg|gr\b)")


def numeric_phrases(message: Message, today: date) -> list[Phrase]:
    """03.11.2026, 3/11/26, 3.11, 3 XI, 2026-11-03, 03112026: day before month, as in Poland."""
    found: list[Phrase] = []
    taken = Taken(message)
    for pattern in (_ISO, _NUMERIC, _SPACED, _COMPACT):
        for match in pattern.finditer(message.folded):
            phrase = _numeric(message, match, today)
            if phrase and taken.is_free(phrase.start, phrase.end):
                found.append(phrase)
                taken.add(phrase.start, phrase.end)
    whole = _WHOLE.fullmatch(message.folded)
    if not found and whole:
        value = days.nearest_past(int(whole.group(2)), int(whole.group(1)), today)
        found.append(_phrase(whole.start(1), whole.end(2), value, sure=False))
    return found


def _phrase(start: int, end: int, value: date | Reason, sure: bool = True) -> Phrase:
    return Phrase(Part.NONE if isinstance(value, Reason) else Part.DAY, start, end, value, sure)


def _numeric(message: Message, match: re.Match[str], today: date) -> Phrase | None:
    groups = match.groupdict()
    day, month, year = (groups.get(k) or groups.get(k + "2") for k in "dmy")
    assert day and month
    if not month.isdigit():
        if month not in words.ROMAN or (month in {"i", "v", "x"} and groups.get("s") == ","):
            return None
        month = str(words.ROMAN[month])
    before = message.folded[max(0, match.start() - 14) : match.start()]
    if groups.get("s") == "," and not year:
        return None
    following = _WORD.match(message.folded, match.end())
    if not year and following and words.meant(following.group(1), words.MONTHS) is not None:
        return None  # a range: "1-3 listopada"
    if year:
        return _phrase(*match.span(), days.on_date(days.full_year(year), int(month), int(day), today))
    if _UNIT_BEHIND.match(message.folded, match.end()) or _STRICTLY_HOUR_BEFORE.search(before):
        return None
    value = days.nearest_past(int(month), int(day), today)
    looks_so = len(month) == 2 and not _HOUR_BEFORE.search(before)
    return _phrase(*match.span(), value, sure=looks_so and groups.get("s") in {".", "/"} and isinstance(value, date))
