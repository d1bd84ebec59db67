"""The twin's own time, which can be shifted to see what happens after a day; knows nothing of messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class ShiftedClock:
    """Real time plus an offset; both the window rules and the events' timestamps follow it."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self.offset = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return self._real() + self.offset


def milliseconds(at: datetime) -> int:
    """Since 1970, as the platform's timestamps count."""
    return round(at.timestamp() * 1000)
