"""Every Redis key this product uses, in one place. Rasa's own keys (trackers, locks) begin with `rasa:`."""

from __future__ import annotations

PREFIX = "dyzurny:"

SEEN = PREFIX + "seen:"  # + event key: this event was taken in; expires
MAIL = PREFIX + "mail:"  # + conversation: events not yet handled, in order
FIRST = PREFIX + "first:"  # + conversation: its messages come before those who only begin; expires
TIMERS_WAKE = PREFIX + "timers:wake"  # list: a timer may be due
DESK = PREFIX + "desk"  # stream of what changed on the consoles
PAGE_BUCKET = PREFIX + "rate:page:"  # + page: messages sent lately
THREAD_BUCKET = PREFIX + "rate:thread:"  # + conversation
# + conversation, a dot and the session: Rasa's working copy of the dialogue (bot/dialogue/compiler/project.py); expires
RASA_TRACKER = "rasa:tracker:"

# A lane is a set of conversations that want work of one kind: `in` (events to handle), `out` (messages to send).
LANE = PREFIX + "lane:"


def due(lane: str) -> str:
    """Sorted set: conversation → when it wants work, UTC ms."""
    return f"{LANE}{lane}:due"


def held(lane: str) -> str:
    """Sorted set: conversation → when its lease ends, UTC ms."""
    return f"{LANE}{lane}:held"


def fences(lane: str) -> str:
    """Hash: conversation → number of the lease that holds it."""
    return f"{LANE}{lane}:fences"


def counter(lane: str) -> str:
    """The last lease number given out."""
    return f"{LANE}{lane}:counter"


def tries(lane: str) -> str:
    """Hash: conversation → how often its work was begun without being done."""
    return f"{LANE}{lane}:tries"


def lives(lane: str) -> str:
    """Hash: conversation → whose lease holds it (bot/intake/lives.py)."""
    return f"{LANE}{lane}:lives"


def wake(lane: str) -> str:
    """List: one element a wake-up call; workers block on it."""
    return f"{LANE}{lane}:wake"
