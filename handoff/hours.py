"""When agents answer: weekly hours in Polish time, less the public holidays. Knows nothing of who is at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.clock import WARSAW
from bot.errors import ContentFault

DAYS = ("pn", "wt", "śr", "cz", "pt", "so", "nd")
_RANGE = re.compile(r"^(?P<first>\w+)(?:-(?P<last>\w+))?\s+(?P<from>\d{1,2}:\d{2})-(?P<to>\d{1,2}:\d{2})$")
# Longer than any run of closed days: Christmas with its weekend is five.
_LOOK_AHEAD = 14


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    # A calendar of the whole world: not before the hours are asked for.
    import holidays

    return frozenset(holidays.country_holidays("PL", years=year))


def is_public_holiday(day: date) -> bool:
    return day in _public_holidays(day.year)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday (0 is Monday); a day may have several spans, a span never crosses midnight."""

    spans: tuple[tuple[tuple[time, time], ...], ...]

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(WARSAW)
        return any(start <= local.time() < end for start, end in self._of(local.date()))

    def opens(self, now: datetime) -> datetime | None:
        """The next opening after `now`, in Polish time; None when these hours never open again."""
        local = now.astimezone(WARSAW)
        return next((start for start in self._starts(local.date()) if start > local), None)

    def after(self, now: datetime, within: timedelta) -> datetime:
        """When `within` will have passed for people at work: hours are counted while it is open, days by the calendar.

        Where nothing opens in the coming days, the calendar alone counts.
        """
        if within >= timedelta(days=1):
            due = now + within
            return due if self.is_open(due) else self.opens(due) or due
        local, left = now.astimezone(WARSAW), within
        for ahead in range(_LOOK_AHEAD + 1):
            day = local.date() + timedelta(days=ahead)
            for start, end in self._of(day):
                begins, ends = max(datetime.combine(day, start, WARSAW), local), datetime.combine(day, end, WARSAW)
                if begins + left <= ends:
                    return begins + left
                left -= max(ends - begins, timedelta())
        return now + within

    def _of(self, day: date) -> tuple[tuple[time, time], ...]:
        return () if is_public_holiday(day) else self.spans[day.weekday()]

    def _starts(self, day: date) -> Iterator[datetime]:
        for ahead in range(_LOOK_AHEAD + 1):
            that_day = day + timedelta(days=ahead)
            for start, _ in self._of(that_day):
                yield datetime.combine(that_day, start, WARSAW)


def parse_hours(text: str) -> Hours:
    """ "pn-pt 08:00-20:00; so 09:00-15:00" as Hours; "" is never. Raises ContentFault naming the part that is wrong."""
    days: list[list[tuple[time, time]]] = [[] for _ in DAYS]
    for part in filter(None, (p.strip().lower() for p in text.split(";"))):
        match = _RANGE.match(part)
        if match is None:
            raise ContentFault(f"opening hours: {part!r} is not like 'pn-pt 08:00-20:00'")
        first, last = _day(match["first"]), _day(match["last"] or match["first"])
        start, end = _clock(match["from"], part), _clock(match["to"], part)
        if last < first or end <= start:
            raise ContentFault(f"opening hours: {part!r} ends before it begins")
        for day in range(first, last + 1):
            days[day].append((start, end))
    return Hours(tuple(tuple(sorted(spans)) for spans in days))


def _day(name: str) -> int:
    short = {"sr": "śr", "nie": "nd", "ndz": "nd"}.get(name, name)
    if short not in DAYS:
        raise ContentFault(f"opening hours: there is no day {name!r}; use {', '.join(DAYS)}")
    return DAYS.index(short)


def _clock(text: str, part: str) -> time:
    if text == "24:00":
        return time.max
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise ContentFault(f"opening hours: {part!r} has no such hour as {text!r}") from None
