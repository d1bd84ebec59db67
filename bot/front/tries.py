"""Counts tries in a minute by whoever makes them; in this process's memory, so several web processes each count."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

SPAN = timedelta(minutes=1)
# Whoever has more addresses than this is not stopped by counting them; memory stays bounded.
MOST_KNOWN = 20_000


class Tries:
    """At most `most` of them within `SPAN` of the first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether anybody has made one lately."""
        return bool(self._known)

    def are_spent(self, who: str, now: datetime) -> bool:
        return self._made(who, now)[1] >= self.most

    def take(self, who: str, now: datetime) -> bool:
        """Counts one more before it is made, so that many at once do not slip through; False: there is none left."""
        since, made = self._made(who, now)
        if made >= self.most:
            return False
        self._known[who] = since, made + 1
        self._known.move_to_end(who)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return True

    def give_back(self, who: str) -> None:
        """The try was a good one and does not count."""
        if who in self._known:
            since, made = self._known[who]
            self._known[who] = since, max(0, made - 1)

    def _made(self, who: str, now: datetime) -> tuple[datetime, int]:
        since, made = self._known.get(who, (now, 0))
        return (since, made) if now - since < SPAN else (now, 0)
