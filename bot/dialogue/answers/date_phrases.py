"""Phrases in words that speak of a day, each read for itself; knows not how they combine.

The grammar is written by hand: on the rows of tests/dialogue/answers dateparser 1.5 (Polish, past
preferred, day first) reads under half as expected, in one to two milliseconds a text; it misses
"we wtorek", "trzeciego listopada" and "przedwczoraj wieczorem", and takes "3.11" for an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from . import calendar_words as words
from . import days
from .message import Message, Taken, Token
from .model import Reason
from .numerals import ORDINAL_SUFFIXES, read_below_thousand, read_ordinal
from .written_dates import Part, Phrase


class Reader:
    """Walks over the words of one message once, reading a phrase wherever one begins."""

    def __init__(self, message: Message, now: datetime, taken: list[Phrase]) -> None:
        self._message = message
        spans = Taken(message, ((phrase.start, phrase.end) for phrase in taken))
        self._tokens = [token for token in message.tokens if spans.is_free(token.start, token.end)]
        self._words = [token.text for token in self._tokens]
        self._now = now
        self._today = now.date()

    def phrases(self) -> Iterator[Phrase]:
        index = 0
        while index < len(self._tokens):
            read = self._read(index)
            if read is None:
                index += 1
                continue
            value, behind, part, sure = read
            yield Phrase(part, self._tokens[index].start, self._tokens[behind - 1].end, value, sure)
            index = behind

    def _read(self, index: int) -> _Read | None:
        token = self._tokens[index]
        if token.is_number:
            return self._range(index) or self._day_and_month(index) or self._ago(index) or self._year_alone(index)
        if not token.is_word:
            return None
        for rule in (
            self._relative,
            self._last,
            self._weekday,
            self._ago,
            self._day_and_month,
            self._feast,
            self._vague,
        ):
            read = rule(index)
            if read:
                return read
        return None

    def _word(self, index: int) -> str:
        return self._words[index] if 0 <= index < len(self._words) else ""

    def _year_alone(self, index: int) -> _Read | None:
        year = self._word(index)
        return (Reason.VAGUE, index + 1, Part.NONE, True) if len(year) == 4 and year[:2] in {"19", "20"} else None

    def _relative(self, index: int) -> _Read | None:
        word = self._word(index)
        if word == "przed" and words.meant(self._word(index + 1), words.RELATIVE_DAYS) == -1:
            return self._today - timedelta(days=2), index + 2, Part.DAY, True
        if (word, self._word(index + 1)) == ("tej", "chwili"):
            return self._today, index + 2, Part.DAY, True
        if word in {"teraz", "wlasnie"} or (word == "przed" and self._word(index + 1) in {"chwila", "momentem"}):
            return self._today, index + (2 if word == "przed" else 1), Part.DAY, word == "przed"
        offset = words.meant(word, words.RELATIVE_DAYS)
        if offset is None:
            return None
        if offset > 0:
            return Reason.DATE_IN_FUTURE, index + 1, Part.NONE, True
        return self._today + timedelta(days=offset), index + 1, Part.DAY, True

    def _weekday(self, index: int) -> _Read | None:
        word = self._word(index)
        weekday = words.meant(word, words.WEEKDAYS)
        if weekday is None:
            return None
        across = self._word(index + 1) == "na" and words.meant(self._word(index + 2), words.WEEKDAYS) is not None
        if across and self._word(index - 1) == "z":
            return Reason.AMBIGUOUS, index + 3, Part.NONE, True
        if self._word(index - 1) in {"kolo", "okolo", "ok", "okolicach", "okolice"}:
            return Reason.VAGUE, index + 1, Part.NONE, True
        preceded = self._word(index - 1) in {"w", "we", "od", "z", "ze"}
        return weekday, index + 1, Part.WEEKDAY, word not in words.SHORT_WEEKDAYS or preceded

    def _last(self, index: int) -> _Read | None:
        """ "w zeszły wtorek", "w zeszłym tygodniu", "ostatniego dnia października", "w przyszły piątek"."""
        word, following = self._word(index), self._word(index + 1)
        last, this, coming = words.is_last(word), word in words.THIS, word in words.NEXT
        if not (last or this or coming):
            return None
        weekday = words.meant(following, words.WEEKDAYS)
        if weekday is not None:
            if coming:
                return Reason.DATE_IN_FUTURE, index + 2, Part.NONE, True
            return weekday, index + 2, Part.WEEKDAY, True
        if last and word.startswith("ostatni"):
            read = self._last_day(index)
            if read:
                return read
        return self._last_unit(index, 0 if this else 1 if last else -1)

    def _last_unit(self, index: int, back: int) -> _Read | None:
        following = self._word(index + 1)
        month = words.meant(following, words.MONTHS)
        if words.meant(following, words.UNIT_DAYS) == 7:
            part, value = Part.WEEK, back
        elif words.meant(following, words.UNIT_MONTHS) == 1:
            part, value = Part.MONTH, back
        elif words.meant(following, words.UNIT_MONTHS) == 12:
            part, value = Part.YEAR, back
        elif following in {"noc", "nocy", "weekend", "wakacje"}:
            return (Reason.VAGUE if back >= 0 else Reason.DATE_IN_FUTURE), index + 2, Part.NONE, True
        elif month and len(following) > 3:
            return month, index + 2, Part.NAMED_MONTH, True
        else:
            return None
        return value, index + 2, part, True

    def _last_day(self, index: int) -> _Read | None:
        """ "ostatniego października", "ostatni dzień zeszłego miesiąca"."""
        behind = index + 1
        if self._word(behind) in {"dnia", "dzien"}:
            behind += 1
        if words.is_last(self._word(behind)) and words.meant(self._word(behind + 1), words.UNIT_MONTHS) == 1:
            return self._today.replace(day=1) - timedelta(days=1), behind + 2, Part.DAY, True
        month = words.meant(self._word(behind), words.MONTHS)
        if month is None or (behind == index + 1 and not self._word(behind).endswith("a") and month != 2):
            return None
        year, end = self._year(behind + 1)
        if year is None:
            year = self._today.year
            if date(year, month, days.last_day_of(year, month)) > self._today:
                year -= 1
        return self._dated(days.on_date(year, month, days.last_day_of(year, month), self._today), end)

    def _dated(self, value: date | Reason, behind: int, sure: bool = True) -> _Read:
        return value, behind, Part.NONE if isinstance(value, Reason) else Part.DAY, sure

    def _count(self, index: int) -> tuple[int, int] | None:
        """A number of units: digits, words, or one where the unit stands alone."""
        word = self._word(index)
        if word.isdigit():
            return (int(word), index + 1) if len(word) <= 4 else None
        return read_below_thousand(self._words, index) if word else None

    def _ago(self, index: int) -> _Read | None:
        """ "trzy dni temu", "2 tyg. temu", "przed tygodniem", "godzinę temu", "za dwa dni", "od trzech dni"."""
        start = index
        leading = self._word(index)
        if leading == "od":
            return self._since(index)
        if leading in {"przed", "za"}:
            start += 1
        halves = self._word(start) in {"pol", "poltora", "poltorej"}
        count, behind = (1, start + 1) if halves else self._count(start) or (1, start)
        read = self._unit(behind)
        if read is None:
            return None
        unit, behind = read
        trailing = self._word(behind) in {"temu", "wstecz", "tmeu", "teu"}
        if leading == "za" and not trailing:
            return (Reason.DATE_IN_FUTURE, behind, Part.NONE, True) if unit != 1 or behind > start + 1 else None
        if not trailing and (leading != "przed" or unit == 60):
            return None
        behind += 1 if trailing else 0
        return self._back(index, count, unit, halves, behind)

    def _since(self, index: int) -> _Read | None:
        """ "od trzech dni", "od tygodnia"; unasked, as in "mam auto od 2 lat", it dates nothing."""
        start = index + 2 if self._word(index + 1) in words.APPROXIMATELY else index + 1
        start += self._word(start) == "."
        halves = self._word(start) in {"pol", "poltora", "poltorej"}
        counted = (1, start + 1) if halves else self._count(start)
        count, behind = counted or (1, start)
        read = self._unit(behind)
        if read is None or (counted is None and self._names_one(behind)):
            return None
        unit, end = read
        if self._word(end) in {"temu", "wstecz"} or (unit == 0 and (counted is None or self._word(behind)[-1] == "y")):
            return None
        back = self._back(index, count, unit, halves or start > index + 1, end)
        return (*back[:3], False) if back else None

    def _names_one(self, index: int) -> bool:
        """ "od dnia 3 listopada", "od roku 2024": the unit only leads to a date."""
        return words.meant(self._word(index), words.UNIT_DAYS) == 1 or self._word(index + 1).isdigit()

    def _unit(self, index: int) -> tuple[int, int] | None:
        """Days as a positive number, months negative, minutes as 0; and the index behind a dot."""
        word = self._word(index)
        days_in, months_in = words.meant(word, words.UNIT_DAYS), words.meant(word, words.UNIT_MONTHS)
        if days_in is not None:
            unit = days_in
        elif months_in is not None:
            unit = -months_in
        elif word in words.UNIT_MINUTES:
            unit = 0
        else:
            return None
        behind = index + 1
        return unit, behind + 1 if self._word(behind) == "." else behind

    def _back(self, index: int, count: int, unit: int, halves: bool, behind: int) -> _Read | None:
        if unit == 0:
            return self._now_minus(count, index, behind)
        if halves or self._is_approximate(index) or self._is_uncounted_plural(index, behind) or count > 1000:
            return Reason.VAGUE, behind, Part.NONE, True
        if unit == 7:
            return count, behind, Part.WEEKS_AGO, True
        if unit > 0:
            value = self._today - timedelta(days=count * unit)
        elif count * -unit < 1200:
            value = days.months_ago(count * -unit, self._today)
        else:
            return Reason.VAGUE, behind, Part.NONE, True
        return value, behind, Part.DAY, True

    def _now_minus(self, count: int, index: int, behind: int) -> _Read:
        unit = next((words.UNIT_MINUTES[w] for w in self._words[index:behind] if w in words.UNIT_MINUTES), 60)
        if count * unit > 48 * 60:
            return Reason.VAGUE, behind, Part.NONE, True
        return (self._now - timedelta(minutes=count * unit)).date(), behind, Part.DAY, True

    def _is_approximate(self, index: int) -> bool:
        before = self._word(index - 1) if self._word(index - 1) != "." else self._word(index - 2)
        return before in words.APPROXIMATELY or before in words.VAGUE

    def _is_uncounted_plural(self, index: int, behind: int) -> bool:
        """ "dni temu" without a number."""
        phrase = self._words[index:behind]
        return not set(phrase[:2]).isdisjoint(words.PLURAL_UNITS) and phrase[0] in {*words.PLURAL_UNITS, "przed", "od"}

    def _range(self, index: int) -> _Read | None:
        """ "od 1 do 3 listopada", "z 2 na 3 listopada", "2/3 listopada": no single day."""
        if self._word(index + 1) not in {"-", "/", "na", "do", "albo", "lub", "czy", "i", "a"}:
            return None
        if not self._word(index + 2).isdigit():
            return None
        month_at = index + 3 + (self._word(index + 3) in ORDINAL_SUFFIXES)
        if words.meant(self._word(month_at), words.MONTHS) is None or len(self._word(index)) > 2:
            return None
        return Reason.AMBIGUOUS, month_at + 1, Part.NONE, True

    def _day_number(self, index: int) -> tuple[int, int, bool] | None:
        """The day, the index behind it, and whether it was an ordinal word: "3", "3-go", "trzeciego"."""
        word = self._word(index)
        if word.isdigit():
            if len(word) > 2:
                return None
            behind = index + 1
            dash = behind + (self._word(behind) in {"-", "'"})
            ordinal = self._word(dash) in ORDINAL_SUFFIXES
            behind = dash + 1 if ordinal else behind + (self._word(behind) == ".")
            return int(word), behind, ordinal
        if not word:
            return None
        read = read_ordinal(self._words, index)
        if read:
            return read[0], read[1], word.endswith("go")
        read = read_below_thousand(self._words, index)
        return (read[0], read[1], False) if read else None

    def _day_and_month(self, index: int) -> _Read | None:
        """ "3 listopada", "trzeciego listopada 2025 r.", "3-go XI", "trzeciego jedenastego", "pierwszego"."""
        number = self._day_number(index)
        if number is None:
            return None
        day, behind, ordinal = number
        if self._word(behind) in {"dzien", "dnia"}:
            behind += 1
        month = self._month(behind, dictated=ordinal and self._tokens[index].is_word)
        if month is None:
            return self._day_alone(index, day, behind, ordinal)
        if month[0] == 0:
            return self._day_of_month_back(day, month[1])
        year, end = self._year(month[1])
        if self._is_approximate(index) and self._word(index - 1) not in {"z", "ze"}:
            return Reason.VAGUE, end, Part.NONE, True
        if year is not None:
            return self._dated(days.on_date(year, month[0], day, self._today), end)
        return self._dated(days.nearest_past(month[0], day, self._today), end)

    def _month(self, index: int, dictated: bool) -> tuple[int, int] | None:
        """The month at `index` and the index behind; 0 for this or last month, left to be read again."""
        word = self._word(index)
        if word in {"tego", "biezacego", "bm", "b"} or words.is_last(word):
            unit = self._word(index + 1)
            if word == "bm" or words.meant(unit, words.UNIT_MONTHS) == 1:
                return 0, index
        month = words.meant(word, words.MONTHS)
        if month is not None and not self._is_they_have(index):
            return month, index + 1 + (self._word(index + 1) == "." and len(word) < 6)
        if word in words.ROMAN and word not in {"i", "v", "x"}:
            return words.ROMAN[word], index + 1
        read = read_ordinal(self._words, index) if dictated and word.endswith("go") else None
        return read if read and read[0] <= 12 else None

    def _is_they_have(self, index: int) -> bool:
        """ "mają" folds to the genitive of May."""
        token: Token = self._tokens[index]
        return self._message.raw[token.start : token.end].lower().endswith("ą")

    def _day_of_month_back(self, day: int, index: int) -> _Read:
        back = 0 if self._word(index) in {"tego", "biezacego", "bm", "b"} else 1
        first = days.first_of_month(back, self._today)
        end = index + (1 if self._word(index) == "bm" else 2)
        return self._dated(days.on_date(first.year, first.month, day, self._today), end)

    def _day_alone(self, index: int, day: int, behind: int, ordinal: bool) -> _Read | None:
        if not ordinal or not 1 <= day <= 31 or not (self._word(index).isdigit() or self._word(index).endswith("go")):
            return None
        if self._word(index).isdigit() and self._word(behind - 1) not in {"go", "ego", "tego", "stego"}:
            return None
        alone = behind >= len(self._words) or not self._tokens[behind].is_word
        return day, behind, Part.DAY_OF_MONTH, alone

    def _year(self, index: int) -> tuple[int | None, int]:
        """The year behind a month: "2026", "26 r.", "br.", "zeszłego roku", "dwa tysiące dwudziestego szóstego"."""
        word, following = self._word(index), self._word(index + 1)
        if word == "," or (word == "w" and self._word(index + 2) in {"roku", "rok"}):
            word, following, index = following, self._word(index + 2), index + 1
        if word.isdigit():
            return self._year_in_digits(word, following, index)
        if word == "br" or (word in words.THIS and following == "roku"):
            return self._today.year, index + (1 if word == "br" else 2)
        if word == "ub" or (words.is_last(word) and following in {"roku", "rok"}):
            return self._today.year - 1, index + 2
        if word == "dwa" and following.startswith("tysi"):
            if not self._word(index + 2):
                return 2000, index + 2
            read = read_ordinal(self._words, index + 2) or read_below_thousand(self._words, index + 2)
            return (2000 + read[0], read[1]) if read and read[0] < 100 else (2000, index + 2)
        return None, index

    def _year_in_digits(self, word: str, following: str, index: int) -> tuple[int | None, int]:
        if len(word) == 4:
            return int(word), index + 1
        recent = len(word) == 2 and 0 <= self._today.year % 100 - int(word) <= 1
        return (
            (days.full_year(word), index + 1)
            if len(word) == 2 and (recent or following in {"r", "roku"})
            else (None, index)
        )

    def _feast(self, index: int) -> _Read | None:
        word = self._word(index)
        feast = words.FIXED_FEASTS.get(word)
        behind = index + 1
        if feast is None:
            feast = words.FEASTS_OF_WORDS.get((word, self._word(behind)))
            behind += 1
        if feast is None:
            return None
        year, end = self._year(behind)
        value = days.nearest_past(*feast, self._today) if year is None else days.on_date(year, *feast, self._today)
        return self._dated(value, end)

    def _vague(self, index: int) -> _Read | None:
        word = self._word(index)
        month = words.meant(word, words.MONTHS)
        if month is not None and len(word) > 3 and not self._is_they_have(index):
            return month, index + 1, Part.NAMED_MONTH, True
        return (Reason.VAGUE, index + 1, Part.NONE, True) if word in words.VAGUE else None


_Read = tuple["date | int | Reason", int, Part, bool]
