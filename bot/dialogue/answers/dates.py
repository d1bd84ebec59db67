"""Past days named in a message: from the phrases that speak of a day to the days they mean together.

Decided: a weekday alone is the nearest one strictly before today; a day without a year the nearest past one;
"około", "jakieś dwa tygodnie temu" are vague; the night from Saturday to Sunday is two days, hence ambiguous.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from . import days
from .date_phrases import Reader
from .message import Message
from .model import Reason
from .settling import Candidate, is_negated
from .written_dates import Part, Phrase, numeric_phrases

_CLAUSE = re.compile(r"[,.;]| a | i ")
_REPORTING = re.compile(
    r"\b(?:zglasza\w*|zglosi\w*|zauwaz\w*|dowiedzia\w*|pisz[ea]\w*|dzwoni\w*|odkry\w*|spostrzeg\w*|wysyla\w*)"
)


def phrases_of(message: Message, now: datetime) -> list[Phrase]:
    """Everything in the message that speaks of a day, in its order."""
    numeric = numeric_phrases(message, now.date())
    return sorted([*numeric, *Reader(message, now, numeric).phrases()], key=lambda phrase: phrase.start)


@dataclass(frozen=True)
class _Beside:
    """What the other phrases of a message say, the first of each part."""

    week: int | None
    weeks_ago: int | None
    month: Phrase | None
    weekday: int | None
    weekdays_of_dates: frozenset[int]

    @classmethod
    def of(cls, phrases: list[Phrase]) -> _Beside:
        weeks = [phrase.value for phrase in phrases if phrase.part is Part.WEEK]
        ago = [phrase.value for phrase in phrases if phrase.part is Part.WEEKS_AGO]
        weekdays = {phrase.value for phrase in phrases if phrase.part is Part.WEEKDAY}
        dates = {phrase.value for phrase in phrases if phrase.part is Part.DAY}
        return cls(
            week=next((week for week in weeks if isinstance(week, int)), None),
            weeks_ago=next((count for count in ago if isinstance(count, int)), None),
            month=next((phrase for phrase in phrases if phrase.part in (Part.MONTH, Part.NAMED_MONTH)), None),
            weekday=next((day for day in weekdays if isinstance(day, int)), None) if len(weekdays) == 1 else None,
            weekdays_of_dates=frozenset(day.weekday() for day in dates if isinstance(day, date)),
        )


def _in_month(day: int, other: Phrase, today: date) -> date | Reason:
    """A day of the month that another phrase names."""
    assert isinstance(other.value, int)
    if other.part is Part.NAMED_MONTH:
        return days.nearest_past(other.value, day, today)
    first = days.first_of_month(other.value, today)
    return days.on_date(first.year, first.month, day, today)


def _weekday(phrase: Phrase, beside: _Beside, today: date) -> date | Reason | None:
    """The day a weekday means beside the other phrases; None where it only repeats a date."""
    assert isinstance(phrase.value, int)
    if beside.week is not None:
        return days.weekday_in_week(phrase.value, beside.week, today)
    if beside.weeks_ago is not None:
        return days.weekday_nearest(phrase.value, beside.weeks_ago, today)
    if phrase.value in beside.weekdays_of_dates:
        return None
    return days.last_weekday(phrase.value, today)


def _weeks_ago(phrase: Phrase, today: date) -> date | Reason:
    assert isinstance(phrase.value, int)
    return today - timedelta(weeks=phrase.value)


def _day_of_month(phrase: Phrase, beside: _Beside, today: date) -> date | Reason:
    assert isinstance(phrase.value, int)
    if beside.month is not None:
        return _in_month(phrase.value, beside.month, today)
    return days.nearest_day_of_month(phrase.value, today, beside.weekday)


def _of_said_year(message: Message, phrases: list[Phrase], today: date) -> list[Phrase]:
    """ "w zeszłym roku 20 listopada": a day right behind a year is of that year."""
    changed = phrases[:1]
    for year, phrase in pairwise(phrases):
        between = message.folded[year.end : phrase.start].strip(" ,")
        if year.part is Part.YEAR and isinstance(phrase.value, date) and not between:
            assert isinstance(year.value, int)
            value = days.on_date(today.year - year.value, phrase.value.month, phrase.value.day, today)
            part = Part.NONE if isinstance(value, Reason) else Part.DAY
            changed.append(Phrase(part, phrase.start, phrase.end, value, phrase.sure))
        else:
            changed.append(phrase)
    return changed


def _value(phrase: Phrase, beside: _Beside, today: date) -> date | Reason | None:
    if phrase.part is Part.WEEKDAY:
        return _weekday(phrase, beside, today)
    if phrase.part in (Part.WEEK, Part.MONTH, Part.NAMED_MONTH, Part.YEAR):
        coming = isinstance(phrase.value, int) and phrase.value < 0
        return Reason.DATE_IN_FUTURE if coming else Reason.VAGUE
    if phrase.part is Part.WEEKS_AGO:
        return None if beside.weekday is not None else _weeks_ago(phrase, today)
    assert isinstance(phrase.value, (date, Reason))
    return phrase.value


def _with_days_of_month(phrases: list[Phrase], today: date) -> list[Phrase]:
    """Days of a month not said beside them become whole dates."""
    beside = _Beside.of(phrases)
    resolved = []
    for phrase in phrases:
        if phrase.part is Part.DAY_OF_MONTH:
            value = _day_of_month(phrase, beside, today)
            part = Part.NONE if isinstance(value, Reason) else Part.DAY
            resolved.append(Phrase(part, phrase.start, phrase.end, value, phrase.sure))
        else:
            resolved.append(phrase)
    return resolved


def _stood_by(message: Message, phrases: list[Phrase]) -> list[Phrase]:
    kept = [phrase for phrase in phrases if not is_negated(message, phrase.start)]
    return kept or phrases


def _of_the_event(message: Message, phrases: list[Phrase]) -> list[Phrase]:
    """Without the days of noticing and reporting, where another day is left: "wczoraj, a zgłaszam dziś"."""
    kept = []
    bounds = [0, *(phrase.end for phrase in phrases)], [*(phrase.start for phrase in phrases[1:]), len(message.folded)]
    for phrase, before, behind in zip(phrases, *bounds):  # noqa: B905 (one bound more on the left)
        clause_before = _CLAUSE.split(message.folded[max(before, phrase.start - 40) : phrase.start])[-1]
        clause_behind = _CLAUSE.split(message.folded[phrase.end : min(behind, phrase.end + 25)])[0]
        if not _REPORTING.search(f"{clause_before} {clause_behind}"):
            kept.append(phrase)
    return kept if any(phrase.part is not Part.NONE for phrase in kept) else phrases


def find_dates(message: Message, now: datetime, only_sure: bool = False) -> list[Candidate]:
    """Every day spoken of, as an ISO date or the reason why it names none; `now` in local time."""
    phrases = [phrase for phrase in phrases_of(message, now) if phrase.sure or not only_sure]
    today = now.date()
    phrases = _of_the_event(message, _stood_by(message, phrases))
    phrases = _with_days_of_month(_of_said_year(message, phrases, today), today)
    beside = _Beside.of(phrases)
    candidates = []
    for phrase in phrases:
        value = _value(phrase, beside, today)
        if isinstance(value, Reason):
            candidates.append(Candidate(phrase.start, phrase.end, None, value))
        elif value is not None:
            candidates.append(Candidate(phrase.start, phrase.end, value.isoformat()))
    between = [c for c in candidates if c.reason is Reason.AMBIGUOUS]
    return between or candidates
