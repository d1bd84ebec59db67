"""When a promised call takes place: a pure decision out of the day, the part of day and the hour that were chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from bot.clock import WARSAW

# The hour a part of day is understood as, where the customer names no hour.
_PARTS = {"rano": time(9), "popoludnie": time(13), "wieczor": time(17), "obojetnie": time(10)}
_DAYS = {"dzis": 0, "jutro": 1}

# A call cannot be promised for this very minute: somebody must see the task first.
_NOTICE = timedelta(minutes=30)
_ROUND_TO = timedelta(minutes=15)


def call_time(
    day: str | None, part: str | None, hour: str | None, now: datetime, is_open: Callable[[datetime], bool]
) -> datetime | None:
    """The moment to call, aware, Polish time; None when it has passed or nobody works then.

    `day`: dzis or jutro. `hour`: HH:MM, which wins over `part`. "Any time" today means as soon as can be.
    """
    local = now.astimezone(WARSAW)
    date = local.date() + timedelta(days=_DAYS.get(day or "jutro", 1))
    wanted = time.fromisoformat(hour) if hour else _PARTS.get(part or "obojetnie", _PARTS["obojetnie"])
    at = datetime.combine(date, wanted, WARSAW)
    soonest = _rounded_up(local + _NOTICE)
    if at < soonest and hour is None and _same_part(part, soonest) and date == local.date():
        at = soonest
    return at if at >= soonest and is_open(at) else None


def _same_part(part: str | None, at: datetime) -> bool:
    """Whether `at` still lies in the part of day that was chosen."""
    ends = {"rano": time(12), "popoludnie": time(17), "wieczor": time(20)}
    return at.time() < ends.get(part or "", time(23, 59))


def _rounded_up(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not past else at + (_ROUND_TO - past)
