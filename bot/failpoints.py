"""Places at which a fault laboratory lets this process die or sleep; inert unless the setting `failpoint` names one.

Between taking an event in and forgetting it every place where a crash could matter has a name. `reach` at an unarmed
place is one comparison.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from bot.errors import Rejected

# In the order in which an event and then its answer pass them.
RECEPTION = ("received", "kept")
INWARD = ("claimed", "loaded", "turned", "committing", "committed", "handled", "forgotten", "released")
OUTWARD = ("send_claimed", "send_begun", "sent", "send_recorded", "send_released")
SWEEP = ("timers_moved",)
PLACES = frozenset((*RECEPTION, *INWARD, *OUTWARD, *SWEEP))


@dataclass(slots=True)
class _Armed:
    place: str = ""
    left: int = 0
    word: str = ""
    signal: signal.Signals = signal.SIGKILL


_armed = _Armed()


def arm(setting: str) -> None:
    """`place:n` kills this process when it reaches the place for the n-th time; `place:n:stop` puts it to sleep.

    `place:*:word` kills it whenever what is handled there holds the word. An empty setting disarms. Raises Rejected for
    a place that does not exist.
    """
    global _armed
    if not setting:
        _armed = _Armed()
        return
    place, _, rest = setting.partition(":")
    count, _, how = rest.partition(":")
    if place in PLACES and count == "*" and how:
        _armed = _Armed(place, 1, how)
        return
    if place not in PLACES or not count.isdigit() or how not in ("", "stop"):
        raise Rejected("DYZURNY_FAILPOINT is place:n or place:n:stop, and for fault tests only: leave it empty")
    _armed = _Armed(place, int(count), signal=signal.SIGSTOP if how else signal.SIGKILL)


def reach(place: str, words: str | None = None) -> None:
    """Say that `place` is reached, with `words` in hand."""
    if _armed.place != place or _armed.word not in (words or ""):
        return
    _armed.left -= 1
    if _armed.left == 0:
        os.kill(os.getpid(), _armed.signal)
