"""Arithmetic of the calendar for people's ways of naming a past day; knows no words."""

from __future__ import annotations

from datetime import date, timedelta

from .model import Reason

EARLIEST_YEAR = 1900
_YEARS_TO_FIND_A_DAY = 9
"""Between two 29ths of February there may be eight years (1896 and 1904)."""


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(typed: str) -> int:
    """ "26" → 2026, "1999" → 1999; two digits beyond the near future are of the last century."""
    year = int(typed)
    if len(typed) > 2:
        return year
    return 2000 + year if year < 70 else 1900 + year


def on_date(year: int, month: int, day: int, today: date) -> date | Reason:
    """A day given in full, which must exist and not be to come."""
    found = day_of(year, month, day)
    if found is None or year < EARLIEST_YEAR:
        return Reason.IMPOSSIBLE_DATE
    return Reason.DATE_IN_FUTURE if found > today else found


def nearest_past(month: int, day: int, today: date) -> date | Reason:
    """The last such day up to today: the year was not said."""
    for year in range(today.year, today.year - _YEARS_TO_FIND_A_DAY, -1):
        found = day_of(year, month, day)
        if found is not None and found <= today:
            return found
        if found is None and not (month == 2 and day == 29):
            return Reason.IMPOSSIBLE_DATE
    return Reason.IMPOSSIBLE_DATE


def months_ago(months: int, today: date) -> date:
    """The same day of an earlier month, or the last day of it: a month before 31 March is 28 February."""
    index = today.year * 12 + today.month - 1 - months
    year, month = divmod(index, 12)
    return next(d for d in (day_of(year, month + 1, n) for n in range(today.day, 0, -1)) if d)


def first_of_month(months_back: int, today: date) -> date:
    return months_ago(months_back, today.replace(day=1))


def last_day_of(year: int, month: int) -> int:
    return next(n for n in (31, 30, 29, 28) if day_of(year, month, n))


def nearest_day_of_month(day: int, today: date, weekday: int | None = None) -> date | Reason:
    """The last day with this number up to today, on this weekday if one was said ("w piątek trzynastego")."""
    for back in range(36 if weekday is not None else 3):
        first = first_of_month(back, today)
        found = day_of(first.year, first.month, day)
        if found and found <= today and weekday in (None, found.weekday()):
            return found
    return Reason.IMPOSSIBLE_DATE


def last_weekday(weekday: int, today: date) -> date:
    """The nearest such weekday strictly before today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def weekday_in_week(weekday: int, weeks_ago: int, today: date) -> date | Reason:
    """The weekday of the calendar week (from Monday) so many weeks before this one."""
    found = today - timedelta(days=today.weekday() + 7 * weeks_ago - weekday)
    return Reason.DATE_IN_FUTURE if found > today else found


def weekday_nearest(weekday: int, weeks_ago: int, today: date) -> date:
    """The weekday nearest to the day so many weeks ago, before today: "w sobotę tydzień temu"."""
    middle = today - timedelta(weeks=weeks_ago)
    found = middle + timedelta(days=(weekday - middle.weekday() + 3) % 7 - 3)
    return found if found < today else found - timedelta(days=7)
