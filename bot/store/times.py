"""Between aware UTC instants and the milliseconds that SQL keeps."""

from __future__ import annotations

from datetime import UTC, datetime


def to_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
