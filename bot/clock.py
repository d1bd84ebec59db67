"""Time as an argument: a clock that tests can hold in their hand. All instants are aware UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

WARSAW = ZoneInfo("Europe/Warsaw")


def utc_now() -> datetime:
    return datetime.now(UTC)


def epoch_ms() -> int:
    """Wall clock in milliseconds, for deadlines that several processes compare."""
    return time.time_ns() // 1_000_000
