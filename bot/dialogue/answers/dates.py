"""Past days named in a message: from the phrases that speak of a day to the days they mean together.

Decided: a weekday alone is the nearest one strictly before today; a day without a year the nearest past one;
"około", "jakieś dwa tygodnie temu" are vague; the night from Saturday to Sunday is two days, hence ambiguous.
"""

from __future__ import annotations

from datetime import date, datetime

from . import days
from .date_phrases import Part, Phrase, Reader, numeric_phrases
from .message import Message
from .model import Reason
from .settling import Candidate, is_negated


def phrases_of(message: Message, now: datetime) -> list[Phrase]:
    """Everything in the message that speaks of a day, in its order."""
    numeric = numeric_phrases(message, now.date())
    return sorted([*numeric, *Reader(message, now, numeric).phrases()], key=lambda phrase: phrase.start)


def _in_month(day: int, other: Phrase, today: date) -> date | Reason:
    """A day of the month that another phrase names."""
    assert isinstance(other.value, int)
    if other.part is Part.NAMED_MONTH:
        return days.nearest_past(other.value, day, today)
    first = days.first_of_month(other.value, today)
    return days.on_date(first.year, first.month, day, today)


def _weekday(phrase: Phrase, phrases: list[Phrase], today: date) -> date | Reason | None:
    """The day a weekday means beside the other phrases; None where it only repeats a date."""
    assert isinstance(phrase.value, int)
    for other in phrases:
        if other.part is Part.WEEK and isinstance(other.value, int):
            return days.weekday_in_week(phrase.value, other.value, today)
    dates = [other.value for other in phrases if other.part is Part.DAY and isinstance(other.value, date)]
    if any(day.weekday() == phrase.value for day in dates):
        return None
    return days.last_weekday(phrase.value, today)


def _day_of_month(phrase: Phrase, phrases: list[Phrase], today: date) -> date | Reason:
    assert isinstance(phrase.value, int)
    for other in phrases:
        if other.part in (Part.MONTH, Part.NAMED_MONTH):
            return _in_month(phrase.value, other, today)
    weekdays = [other.value for other in phrases if other.part is Part.WEEKDAY and isinstance(other.value, int)]
    return days.nearest_day_of_month(phrase.value, today, weekdays[0] if len(weekdays) == 1 else None)


def _week_said_in_days(message: Message, phrases: list[Phrase], today: date) -> list[Phrase]:
    """ "tydzień temu we wtorek" is the Tuesday of that week, not the day seven days ago."""
    if not any(phrase.part is Part.WEEKDAY for phrase in phrases):
        return phrases
    changed = []
    for phrase in phrases:
        text = message.folded[phrase.start : phrase.end]
        if phrase.part is Part.DAY and isinstance(phrase.value, date) and "ty" in text and "temu" in text:
            weeks = (today - phrase.value).days // 7
            changed.append(Phrase(Part.WEEK, phrase.start, phrase.end, weeks, phrase.sure))
        else:
            changed.append(phrase)
    return changed


def _value(phrase: Phrase, phrases: list[Phrase], today: date) -> date | Reason | None:
    if phrase.part is Part.WEEKDAY:
        return _weekday(phrase, phrases, today)
    if phrase.part in (Part.WEEK, Part.MONTH, Part.NAMED_MONTH):
        return Reason.VAGUE
    assert isinstance(phrase.value, (date, Reason))
    return phrase.value


def _with_days_of_month(phrases: list[Phrase], today: date) -> list[Phrase]:
    """Days of a month not said beside them become whole dates."""
    resolved = []
    for phrase in phrases:
        if phrase.part is Part.DAY_OF_MONTH:
            value = _day_of_month(phrase, phrases, today)
            part = Part.NONE if isinstance(value, Reason) else Part.DAY
            resolved.append(Phrase(part, phrase.start, phrase.end, value, phrase.sure))
        else:
            resolved.append(phrase)
    return resolved


def _stood_by(message: Message, phrases: list[Phrase]) -> list[Phrase]:
    kept = [phrase for phrase in phrases if not is_negated(message, phrase.start)]
    return kept or phrases


def find_dates(message: Message, now: datetime, only_sure: bool = False) -> list[Candidate]:
    """Every day spoken of, as an ISO date or the reason why it names none; `now` in local time."""
    phrases = [phrase for phrase in phrases_of(message, now) if phrase.sure or not only_sure]
    today = now.date()
    phrases = _week_said_in_days(message, _stood_by(message, phrases), today)
    phrases = _with_days_of_month(phrases, today)
    candidates = []
    for phrase in phrases:
        value = _value(phrase, phrases, today)
        if isinstance(value, Reason):
            candidates.append(Candidate(phrase.start, phrase.end, None, value))
        elif value is not None:
            candidates.append(Candidate(phrase.start, phrase.end, value.isoformat()))
    between = [c for c in candidates if c.reason is Reason.AMBIGUOUS]
    return between or candidates
