"""Days and hours as people in Poland live them; a day of a clock change has 23 or 25 hours and is one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.clock import WARSAW
from bot.errors import Rejected
from bot.store.times import from_ms, to_ms

LONGEST = 3 * 366


class Grain(StrEnum):
    """What one point of a series covers."""

    DAY = "dzien"
    WEEK = "tydzien"
    MONTH = "miesiac"


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """The same number of days that ended the day before."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def instants(self) -> tuple[int, int]:
        """UTC milliseconds of its beginning and of the midnight after its end, by Polish clocks."""
        return midnight(self.first), midnight(self.last + timedelta(days=1))


def midnight(day: date) -> int:
    """UTC milliseconds of the moment at which `day` begins in Poland."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=WARSAW).astimezone(UTC))


def day_of(ms: int) -> str:
    """The Polish day of an instant, as the tables hold it: 2026-11-22."""
    return from_ms(ms).astimezone(WARSAW).date().isoformat()


def hour_of(ms: int) -> int:
    """The hour that a Polish clock shows; the hour that a clock change repeats is counted together."""
    return from_ms(ms).astimezone(WARSAW).hour


def week_hour_of(ms: int) -> str:
    """The weekday (Monday is 0) and hour of an instant by Polish clocks: "109" is Tuesday after nine."""
    return f"{from_ms(ms).astimezone(WARSAW).weekday()}{hour_of(ms):02}"


def today(now: datetime) -> date:
    return now.astimezone(WARSAW).date()


def lately(now: datetime, days: int) -> Span:
    """The last `days` days, today among them."""
    last = today(now)
    return Span(last - timedelta(days=days - 1), last)


def span_of(first: str, last: str, now: datetime, otherwise: int = 28) -> Span:
    """The span between two written days; what is not written is the last `otherwise` days.

    Raises Rejected with the code no_such_day, days_reversed or too_many_days.
    """
    if not first and not last:
        return lately(now, otherwise)
    end = _day(last) if last else today(now)
    begin = _day(first) if first else end - timedelta(days=otherwise - 1)
    if begin > end:
        raise Rejected("The first day comes after the last one.", code="days_reversed")
    if (end - begin).days >= LONGEST:
        raise Rejected(f"A report covers at most {LONGEST} days.", code="too_many_days")
    return Span(begin, end)


def point_of(day: date, grain: Grain) -> date:
    """The first day of the week or month that `day` lies in."""
    match grain:
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case _:
            return day


def points(span: Span, grain: Grain) -> list[date]:
    """Every point of a series over `span`, also those at which nothing happened."""
    every = (point_of(span.first + timedelta(days=n), grain) for n in range(span.days))
    return list(dict.fromkeys(every))


def grain_for(span: Span) -> Grain:
    """The one in which a chart stays legible: about sixty points at most."""
    return Grain.DAY if span.days <= 62 else Grain.WEEK if span.days <= 366 else Grain.MONTH


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Rejected("A day is written as 2026-11-22.", code="no_such_day") from None
    # Calendars before and after end where arithmetic with days begins to fail.
    if not 2000 <= found.year <= 2200:
        raise Rejected("A day lies between 2000 and 2200.", code="no_such_day")
    return found
