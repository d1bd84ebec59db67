"""Counts sends against the platform's limit per second; knows nothing of what is sent."""

from __future__ import annotations


class Pace:
    """A bucket of one second's worth of tokens (…/overview/rate-limiting: 300 text messages a second and page)."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = per_second
        self._at: float | None = None

    def allows(self, now: float) -> bool:
        """Whether one more may pass at this moment of a monotonic clock, in seconds."""
        passed = 0.0 if self._at is None else now - self._at
        self._left = min(self._per_second, self._left + passed * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
