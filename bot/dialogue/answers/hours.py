"""Times of day in a message, as HH:MM; knows the ways Poles tell the time, and nothing of days.

Decided: an hour without a part of day is taken as said ("o ósmej" is 08:00); "po 17" is 17:00; a range
("między 8 a 9") is two times, hence ambiguous; "wieczorem" alone is vague; 24:00 is 00:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from .calendar_words import MONTHS, UNIT_DAYS, UNIT_MINUTES, UNIT_MONTHS, meant
from .folding import word_set
from .message import Message, Taken
from .model import Reason
from .numerals import ORDINAL_SUFFIXES, read_below_thousand, read_ordinal
from .parts_of_day import hour_in, on_clock, part_near, parts_of_day
from .settling import Candidate

_COLON = re.compile(r"(?<![\d:.,])(\d{1,2})\s?(?:[:;]|h)\s?(\d{2})(?::\d{2})?(?![\d]|:\d)")
_DOTTED = re.compile(r"(?<![\d:.,/-])(\d{1,2})[.,-](\d{2})(?![\d]|[.,:/-]\d|\s*(?:zl|pln|km|tys|r\b|roku))")
_PLAIN = re.compile(
    r"(?<![\d:.,/+-])(?<!za )(?<!po )(\d{1,2})\s?(\d{2})(?![\d]|[.,:/-]\d|\s\d|\s*(?:zl|pln|km|tys|r\b|roku))"
)
_JOINED = re.compile(r"[\s,]*(?:a|do|albo|lub|czy|i)\s+(?:(?:o|ok|kolo|okolo|po)\.?\s+)?")
_HOURS_RANGE = re.compile(r"(?<![\d:.,/+-])(\d{1,2})\s?-\s?(\d{1,2})(?![\d:.,/-]| \d)")
_AMPM = re.compile(r"\s?(?:([ap])\.?m\b\.?)")
_CUE = re.compile(
    r"\b(?:o|godz|godzinie|godziny|godzina|godzine|g|kolo|okolo|ok|po|przed|cos|tak|z|do|od|rowno|punkt)[\s.:,]*$"
)
_STRONG_CUE = re.compile(r"\b(?:o|godz|godzinie|godziny|godzina|g)[\s.:,]*$")

_MINUTES = frozenset({"minut", "minuty", "minute", "min", "minutach"})
_NOT_HOURS = word_set(
    "m km cm kg zl pln tys mln procent % szt sztuk osob osoby osobach metrow metry metra aut auta samochody "
    "razy pietro pietrze lat lata latach sekund x szkodzie szkody aucie raz razem"
)


class Clock:
    """Reads every time of one message."""

    def __init__(self, message: Message, now: datetime) -> None:
        self._message = message
        self._now = now
        self._parts = parts_of_day(message)
        self._tokens = message.tokens
        self._words = message.words
        self._taken = Taken(message)

    def candidates(self, busy: list[tuple[int, int]]) -> list[Candidate]:
        """`busy`: spans that are dates and hold no time."""
        self._taken = Taken(self._message, busy)
        ranges = list(self._ranges())
        found = [*self._typed(_COLON, 4), *self._typed(_DOTTED, 2), *self._typed(_PLAIN, 2), *self._spoken()]
        found = self._alternatives(sorted(found, key=lambda candidate: candidate.start))
        return [*ranges, *found, *self._vague(found)]

    def _alternatives(self, found: list[Candidate]) -> list[Candidate]:
        """Hours joined by "a", "do", "albo" weigh the same: "między szóstą a siódmą wieczorem"."""
        for index in range(len(found) - 1):
            left, right = found[index : index + 2]
            if _JOINED.fullmatch(self._message.folded[left.end : right.start]):
                strength = max(left.strength, right.strength)
                found[index : index + 2] = [replace(left, strength=strength), replace(right, strength=strength)]
        return found

    def _candidate(self, start: int, end: int, hour: int, minute: int, strength: int) -> Candidate:
        self._taken.add(start, end)
        half = _AMPM.match(self._message.folded, end)
        if half:
            hour = hour % 12 + (12 if half.group(1) == "p" else 0) if hour <= 12 else hour
        value = on_clock(hour_in(part_near(self._parts, start, end), hour), minute)
        if isinstance(value, Reason):
            return Candidate(start, end, None, value, strength)
        return Candidate(start, end, value, strength=strength)

    def _typed(self, pattern: re.Pattern[str], strength: int) -> Iterator[Candidate]:
        folded = self._message.folded
        for match in pattern.finditer(folded):
            if self._is_range(match):
                self._taken.add(*match.span())
                yield Candidate(*match.span(), None, Reason.AMBIGUOUS, strength)
                continue
            if not self._taken.is_free(*match.span()) or (
                folded[max(0, match.start() - 1)].isalpha() and match.start()
            ):
                continue
            hour, minute = int(match.group(1)), int(match.group(2))
            cue = _STRONG_CUE.search(folded[max(0, match.start() - 14) : match.start()])
            weak = strength < 4 and not cue
            if weak and (hour > 24 or minute > 59) and len(folded) > 12:
                continue
            if weak and pattern is _DOTTED and 1 <= minute <= 12 and 1 <= hour <= 31 and strength < 4:
                yield self._candidate(*match.span(), hour, minute, 1)  # a day and month as likely
                continue
            yield self._candidate(*match.span(), hour, minute, 3 if cue and strength < 4 else strength)

    def _ranges(self) -> Iterator[Candidate]:
        """ "8-9 rano": two hours and neither."""
        for match in _HOURS_RANGE.finditer(self._message.folded):
            first, last = int(match.group(1)), int(match.group(2))
            if first < last <= 24 and self._taken.is_free(*match.span()):
                self._taken.add(*match.span())
                yield Candidate(*match.span(), None, Reason.AMBIGUOUS)

    @staticmethod
    def _is_range(match: re.Match[str]) -> bool:
        """ "15-16" is from one hour to another, "8-30" half past eight."""
        return "-" in match.group() and int(match.group(1)) < int(match.group(2)) <= 24

    def _spoken(self) -> Iterator[Candidate]:
        index = 0
        while index < len(self._tokens):
            read = (
                self._phrase(index) if self._taken.is_free(self._tokens[index].start, self._tokens[index].end) else None
            )
            if read is None:
                index += 1
                continue
            hour, minute, behind, strength = read
            yield self._candidate(self._tokens[index].start, self._tokens[behind - 1].end, hour, minute, strength)
            index = behind

    def _word(self, index: int) -> str:
        return self._words[index] if 0 <= index < len(self._words) else ""

    def _phrase(self, index: int) -> tuple[int, int, int, int] | None:
        for rule in (self._named, self._ago, self._minutes_to_half, self._half, self._to_hour, self._past, self._hour):
            read = rule(index)
            if read:
                return read
        return None

    def _named(self, index: int) -> tuple[int, int, int, int] | None:
        word, before = self._word(index), self._word(index - 1)
        if word in {"polnoc", "polnocy", "polnoca"}:
            return 0, 0, index + 1, 3
        if word in {"poludnie", "poludnia"} and (
            before in {"w", "samo", "kolo", "okolo", "ok", "okolicach", "okolicy"} or len(self._words) == 1
        ):
            numbered = any(s <= self._tokens[index].start < e for s, e, _ in self._parts) and self._has_hour_near(index)
            return None if numbered else (12, 0, index + 1, 3)
        if word == "teraz" or (word == "przed" and self._word(index + 1) in {"chwila", "momentem"}):
            return self._now.hour, self._now.minute, index + (1 if word == "teraz" else 2), 2
        return None

    def _has_hour_near(self, index: int) -> bool:
        return (
            self._is_hour(index - 2)
            or self._is_hour(index + 1)
            or (self._word(index + 1) == "o" and self._is_hour(index + 2))
        )

    def _is_hour(self, index: int) -> bool:
        return self._hour_at(index) is not None

    def _ago(self, index: int) -> tuple[int, int, int, int] | None:
        """ "godzinę temu", "pół godziny temu", "20 minut temu", counted back from now."""
        start = index + (self._word(index) == "przed")
        factor = {"pol": 0.5, "poltora": 1.5, "poltorej": 1.5}.get(self._word(start))
        count = (factor, start + 1) if factor else self._count(start) or (1, start)
        unit = UNIT_MINUTES.get(self._word(count[1]))
        if self._word(start) == "kwadrans":
            count, unit = (15, start), 1
        behind = count[1] + 1
        temu = self._word(behind) == "temu"
        if unit is None or not (temu or (start > index and unit == 60)) or count[0] * unit > 24 * 60:
            return None
        then = self._now - timedelta(minutes=count[0] * unit)
        return then.hour, then.minute, behind + (1 if temu else 0), 3

    def _count(self, index: int) -> tuple[int, int] | None:
        word = self._word(index)
        if word.isdigit():
            return (int(word), index + 1) if len(word) <= 3 else None
        return read_below_thousand(self._words, index) if word else None

    def _hour_at(self, index: int) -> tuple[int, int] | None:
        """An hour as digits ("8", "17-tej") or a feminine ordinal ("ósma", "dwudziestej drugiej")."""
        word = self._word(index)
        if word.isdigit():
            if self._word(index - 1) in {":", "/"} and index >= 2 and self._word(index - 2).isdigit():
                return None
            if (
                len(word) > 2
                or int(word) > 24
                or not self._taken.is_free(self._tokens[index].start, self._tokens[index].end)
            ):
                return None
            dash = index + 1 + (self._word(index + 1) == "-")
            return int(word), dash + 1 if self._word(dash) in ORDINAL_SUFFIXES else index + 1
        if not word:
            return None
        if word in {"polnoc", "polnocy", "polnoca"}:
            return 0, index + 1
        read = read_ordinal(self._words, index, feminine=True)
        return read if read and read[0] <= 24 else None

    def _minutes_at(self, index: int) -> tuple[int, int] | None:
        if self._word(index) in {"kwadrans", "kwadransem"}:
            return 15, index + 1
        read = self._count(index)
        if read is None or not 0 < read[0] < 60:
            return None
        return read[0], self._behind_minutes(read[1])

    def _behind_minutes(self, index: int) -> int:
        """The index behind "minut", "min."."""
        if self._word(index) not in _MINUTES:
            return index
        return index + 1 + (self._word(index + 1) == "." and self._word(index) == "min")

    def _half_at(self, index: int) -> int | None:
        """The index behind "wpół do", "w pół do", "pół do"."""
        start = index + (self._word(index) == "w")
        if self._word(start) in {"wpol", "pol"} and self._word(start + 1) == "do":
            return start + 2
        return None

    def _half(self, index: int) -> tuple[int, int, int, int] | None:
        behind = self._half_at(index)
        hour = self._hour_at(behind) if behind else None
        return ((hour[0] - 1) % 24, 30, hour[1], 4) if hour else None

    def _minutes_to_half(self, index: int) -> tuple[int, int, int, int] | None:
        """ "za pięć wpół do ósmej" 07:25, "pięć po wpół do ósmej" 07:35."""
        before = self._word(index) == "za"
        minutes = self._minutes_at(index + before)
        if minutes is None:
            return None
        at = minutes[1] + (not before and self._word(minutes[1]) == "po")
        half = self._half(at) if before or at > minutes[1] else None
        if half is None:
            return None
        return half[0], 30 - minutes[0] if before else 30 + minutes[0], half[2], 4

    def _to_hour(self, index: int) -> tuple[int, int, int, int] | None:
        """ "za kwadrans dziewiąta", "za 5 szósta", "kwadrans przed ósmą", "dziesięć do ósmej"."""
        leading = self._word(index) == "za"
        minutes = self._minutes_at(index + leading)
        if minutes is None:
            return None
        at = minutes[1]
        if not leading:
            if self._word(at) == "na" and minutes[0] == 15 and self._hour_at(at + 1):
                return self._quarter_of(at + 1)
            if self._word(at) != "przed":
                return None
            at += 1
        hour = self._hour_at(at)
        return ((hour[0] - 1) % 24, 60 - minutes[0], hour[1], 4) if hour else None

    def _quarter_of(self, index: int) -> tuple[int, int, int, int] | None:
        """ "kwadrans na dziewiątą", the first quarter of the ninth hour: 08:15."""
        hour = self._hour_at(index)
        return ((hour[0] - 1) % 24, 15, hour[1], 4) if hour else None

    def _past(self, index: int) -> tuple[int, int, int, int] | None:
        """ "kwadrans po piątej", "20 po 15", "pół godziny po północy"."""
        if self._word(index) == "pol" and self._word(index + 1) == "godziny":
            minutes: tuple[int, int] | None = (30, index + 2)
        else:
            minutes = self._minutes_at(index)
        if minutes is None or self._word(minutes[1]) != "po":
            return None
        hour = self._hour_at(minutes[1] + 1)
        if hour is None or not self._may_end(hour[1]):
            return None
        return hour[0] % 24, minutes[0], hour[1], 4

    def _may_end(self, index: int) -> bool:
        """Whether what stands behind leaves the number an hour: not "15 km", not "3 listopada"."""
        word = self._word(index)
        if word in _NOT_HOURS or (word in {"/", ":"} and self._word(index + 1).isdigit()):
            return False
        unit = (
            any(meant(word, meanings) is not None for meanings in (MONTHS, UNIT_DAYS, UNIT_MONTHS)) if word else False
        )
        return not unit and (word not in UNIT_MINUTES or word in {"h", "godz", "godzina", "godzinie", "min"})

    def _hour(self, index: int) -> tuple[int, int, int, int] | None:
        """ "osiemnasta trzydzieści", "o 15", "17h", "8 wieczorem"; a bare number only where nothing else stands."""
        hour = self._hour_at(index)
        if hour is None:
            return self._hour_as_cardinal(index)
        value, behind = hour
        is_word = self._tokens[index].is_word
        minute = 0
        if is_word:
            minutes = self._spoken_minutes(behind)
            if minutes:
                minute, behind = minutes
        if not self._may_end(behind):
            return None
        minutes = self._counted_minutes(behind)
        if minutes:
            return value, minutes[0], minutes[1], 3
        if self._word(behind) in {"h", "godz", "godzina"}:
            return value, minute, behind + 1, 3
        strength = self._strength(index, behind, is_word)
        return (value, minute, behind, strength) if strength else None

    def _counted_minutes(self, index: int) -> tuple[int, int] | None:
        """Minutes called so: "8 i 15 minut", "15 godz 30 min"."""
        while self._word(index) in {"i", "h", "godz", "godzina", "godzin", "."} and self._word(index):
            index += 1
        read = self._count(index)
        if read is None or read[0] > 59 or self._word(read[1]) not in _MINUTES:
            return None
        behind = self._behind_minutes(read[1])
        return None if self._word(behind) in {"po", "przed", "temu"} else (read[0], behind)

    def _spoken_minutes(self, index: int) -> tuple[int, int] | None:
        """Minutes behind an hour said as a word: "trzydzieści", "zero pięć", "15"."""
        if self._word(index) == "i":
            index += 1
        start = index + (self._word(index) == "zero")
        read = self._count(start)
        if read is None:
            return (0, start) if start > index else None
        if read[0] > 59 or meant(self._word(read[1]), MONTHS) is not None:
            return None
        return read[0], read[1] + (self._word(read[1]) in {"minut", "minuty", "min"})

    def _hour_as_cardinal(self, index: int) -> tuple[int, int, int, int] | None:
        """ "piętnaście trzydzieści": only an hour and minutes together are surely a time."""
        word = self._word(index)
        if not word or word.isdigit():
            return None
        hour = read_below_thousand(self._words, index)
        if hour is None or not 0 <= hour[0] <= 24:
            return None
        whole = read_below_thousand(self._words, index)
        if whole and whole[1] > hour[1]:
            hour = whole if whole[0] <= 24 else hour
        minutes = self._spoken_minutes(hour[1])
        if minutes is None or not self._may_end(minutes[1]):
            return None
        return hour[0], minutes[0], minutes[1], 2

    def _strength(self, index: int, behind: int, is_word: bool) -> int:
        start, end = self._tokens[index].start, self._tokens[behind - 1].end
        folded = self._message.folded
        before = folded[max(0, start - 16) : start]
        if _STRONG_CUE.search(before) or any(0 <= s - end <= 2 for s, _, _ in self._parts):
            return 3
        if _AMPM.match(folded, end):
            return 3
        if _CUE.search(before):
            return 3 if is_word else 2
        return 1

    def _vague(self, found: list[Candidate]) -> Iterator[Candidate]:
        if not found and self._parts:
            start, end, _ = self._parts[0]
            yield Candidate(start, end, None, Reason.VAGUE)


_RANGE = re.compile(r"\b(?:miedzy|pomiedzy|od)\b")


def find_hours(message: Message, now: datetime, busy: list[tuple[int, int]]) -> list[Candidate]:
    """Every time, strongest where a colon or an idiom makes it sure; `busy` are the spans of dates."""
    return Clock(message, now).candidates(busy)
