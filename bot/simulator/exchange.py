"""Remembers the last exchanges between platform and product for whoever watches; never sees a token."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any, Literal, TypedDict

from bot.simulator.feed import Feed

_KEPT = 400
_LONGEST = 6000


class Exchange(TypedDict):
    """One request and its answer. `status` is None when no answer came."""

    number: int
    at: str
    direction: Literal["webhook", "graph"]
    what: str
    psid: str | None
    status: int | None
    milliseconds: int
    request: str
    answer: str


class ExchangeLog:
    """The last few hundred exchanges, also told to the feed as they happen."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lines: deque[Exchange] = deque(maxlen=_KEPT)
        self._count = 0

    def note(
        self,
        direction: Literal["webhook", "graph"],
        what: str,
        psid: str | None,
        status: int | None,
        duration: float,
        request: bytes,
        answer: bytes,
        at: datetime,
    ) -> None:
        """`duration` in seconds; bodies are cut to a readable length."""
        self._count += 1
        line: Exchange = {
            "number": self._count,
            "at": at.isoformat(),
            "direction": direction,
            "what": what,
            "psid": psid,
            "status": status,
            "milliseconds": round(duration * 1000),
            "request": request[:_LONGEST].decode("utf-8", "replace"),
            "answer": answer[:_LONGEST].decode("utf-8", "replace"),
        }
        self._lines.append(line)
        self._feed.tell("exchange", psid, {"exchange": line})

    def view(self) -> list[dict[str, Any]]:
        return [dict(line) for line in self._lines]
