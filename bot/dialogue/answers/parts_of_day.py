"""Parts of the day named in a message, and what an hour of twelve is in each; reads no hours itself."""

from __future__ import annotations

import re
from enum import Enum

from .message import Message
from .model import Reason


class PartOfDay(Enum):
    MORNING = "rano"
    NOON = "w południe"
    AFTERNOON = "po południu"
    EVENING = "wieczorem"
    NIGHT = "w nocy"


Spot = tuple[int, int, PartOfDay]
"""Offsets of the folded text, and the part of day named there."""

_PARTS = (
    (re.compile(r"\b(?:po\s*po[lł]?udniu|popoludni\w*|po\s+poludni\w*|popoludni|po\s+pol)\b"), PartOfDay.AFTERNOON),
    (re.compile(r"\b(?:wiecz\w*)\b"), PartOfDay.EVENING),
    (
        re.compile(r"\bnad\s+ranem\b|\b(?:rano|rana|ranem|ranka|poranku|swit\w*|swicie)\b|\bprzed\s+poludniem\b"),
        PartOfDay.MORNING,
    ),
    (re.compile(r"\b(?:w\s+nocy|noca|noc|nocy)\b"), PartOfDay.NIGHT),
    (re.compile(r"\bw\s+poludnie\b"), PartOfDay.NOON),
)


def on_clock(hour: int, minute: int) -> str | Reason:
    """HH:MM, with 24:00 as midnight; 25:70 is on no clock."""
    if hour == 24 and minute == 0:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else Reason.IMPOSSIBLE_TIME


def hour_in(part: PartOfDay | None, hour: int) -> int:
    """The hour of 24 that an hour of twelve is in a part of the day: 8 in the evening is 20."""
    if part is PartOfDay.AFTERNOON and hour < 12:
        return hour + 12
    if part is PartOfDay.EVENING and 3 <= hour <= 12:
        return (hour + 12) % 24
    if part is PartOfDay.NIGHT and 7 <= hour <= 12:
        return (hour + 12) % 24
    if part is PartOfDay.NOON and 1 <= hour <= 3:
        return hour + 12
    return hour


def parts_of_day(message: Message) -> list[Spot]:
    """Where "po południu", "wieczorem" and the like stand, and what they name."""
    found = [(m.start(), m.end(), name) for pattern, name in _PARTS for m in pattern.finditer(message.folded)]
    return sorted(found, key=lambda spot: spot[:2])


def part_near(parts: list[Spot], start: int, end: int) -> PartOfDay | None:
    """The part of day right behind a time, or else the nearest before it."""
    behind = [name for s, _, name in parts if 0 <= s - end <= 14]
    before = [name for _, e, name in parts if 0 <= start - e <= 30]
    return behind[0] if behind else before[-1] if before else None
