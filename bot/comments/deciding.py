"""What follows for a comment's private reply: pure decisions, carried out by replying.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.messenger.errors import Disposition, SendFailure
from bot.outbox.failures import ECHO_WAIT_MS, backoff_ms
from bot.store.comments import State

WITHIN = timedelta(days=7)
"""…/discovery/private-replies (16 Apr 2026)."""
AN_HOUR = 700
"""Of 750 that the platform allows a page; the rest is for people who press the button themselves."""
HOUR_MS = 3_600_000
# A passing error is tried again soon so often, then seldom, and after a day it is the comment's own.
SOON_ATTEMPTS = 6
MOST_ATTEMPTS = 150
_SELDOM_MS = 10 * 60_000
_STOPPED_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Then:
    """The state that follows, when to look again (ms from now), and the code of the failure."""

    state: State
    in_ms: int = 0
    failure: str | None = None


def is_late(at: int, now: int) -> bool:
    return now - at >= WITHIN.total_seconds() * 1000


def after(failure: SendFailure, attempts: int) -> Then:
    """`attempts` counts the one that just failed.

    Where the answer was lost the reply may have left: its echo, or the platform's own word on whether the comment may
    still be replied to, decides before anything is sent again.
    """
    code = failure.disposition.value
    if failure.disposition in (Disposition.RETRY_AFTER_ECHO, Disposition.WAIT_FOR_ECHO):
        return Then(State.REPLYING, ECHO_WAIT_MS, code)
    if failure.disposition in (Disposition.SLOW_DOWN, Disposition.TOKEN_DEAD, Disposition.STOP_PAGE):
        # The page's trouble, until somebody has mended it or it is too late for a reply.
        return Then(State.TO_REPLY, _STOPPED_MS, code)
    if failure.disposition.tries_again and attempts < MOST_ATTEMPTS:
        return Then(State.TO_REPLY, backoff_ms(attempts, 1.0) if attempts <= SOON_ATTEMPTS else _SELDOM_MS, code)
    return Then(State.FAILED, failure=code)
