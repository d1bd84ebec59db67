"""What follows when the platform refuses a message or does not answer: a pure decision, carried out by sender.py.

Policy for doubt. A send whose answer was lost may have been delivered. We wait ECHO_WAIT from its beginning for its
echo, which carries our id; only when none has come is it sent again, because an echo follows a delivery within seconds.
From the second try on we wait less. Two workers may die over one message, and two messages of one answer may fall into
doubt one after the other: the customer hears within half a minute all the same.
Where the platform itself says that the message left (1/1357046) it is never sent again: without an echo it stays
marked "doubt".

Policy for giving up. Where others get through, a message's own content must be the reason that it does not: after
MOST_ATTEMPTS it is marked as failed, so that those behind it can leave. While nobody gets through the platform is away;
then everything waits and leaves when it is back, for as long as it may leave at all.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from bot.messenger.errors import NOT_CONNECTED, Disposition, SendFailure

ECHO_WAIT_MS = 13_000
ECHO_WAIT_AGAIN_MS = 9_000
# However late the doubt arose: what was delivered just before needs this long to come back as an echo.
LEAST_ECHO_WAIT_MS = 8_000
MOST_ATTEMPTS = 8
_FIRST_BACKOFF_MS = 500
_LONGEST_BACKOFF_MS = 60_000
# To find out that nobody listens costs little, and a line that was down for a moment is soon up again.
_TO_CONNECT_MS, _LATER_TO_CONNECT_MS = 4_000, 30_000
_SOON_ATTEMPTS = 12
_HOLD_MS = 60_000
_SLOW_DOWN_S = 5.0
# A stopped page tries one message now and then, so that it goes on by itself once the token is renewed or the
# restriction lifted. A restricted page tries seldom: sending on is what it was restricted for.
_TOKEN_REST_MS = 15_000
_RESTRICTED_REST_MS = 10 * 60_000
_PLATFORMS_OWN = frozenset({Disposition.RETRY, Disposition.RETRY_AFTER_ECHO})


class Next(StrEnum):
    AGAIN = "again"  # queued, to be sent at `in_ms`
    AGAIN_WITHOUT_REPLY_TO = "again_without_reply_to"
    AWAIT_ECHO = "await_echo"  # in doubt until `doubt_ends`, then again
    LEAVE_IN_DOUBT = "leave_in_doubt"  # never again; its echo, if one comes, settles it
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class AfterFailure:
    next: Next
    in_ms: int = 0
    stop_page_ms: int = 0  # nothing leaves the page for so long; then one message tries
    slow_page_s: float = 0.0
    unreachable: bool = False
    not_ours: bool = False


def backoff_ms(attempts: int, jitter: float) -> int:
    """Exponential from half a second to a minute; `jitter` in 0..1 spreads the second half of each step."""
    step = min(_LONGEST_BACKOFF_MS, _FIRST_BACKOFF_MS * 2 ** max(0, attempts - 1))
    return int(step / 2 + jitter * step / 2)


def after(
    failure: SendFailure, attempts: int, jitter: float | None = None, *, others_get_through: bool = True
) -> AfterFailure:
    """`attempts` counts the one that just failed; `others_get_through`: another message of the page left lately."""
    own_fault = others_get_through or failure.disposition not in _PLATFORMS_OWN
    wait = backoff_ms(attempts, random.random() if jitter is None else jitter)  # noqa: S311 (spreads load only)
    match failure.disposition:
        case Disposition.TOKEN_DEAD:
            return AfterFailure(Next.AGAIN, wait, stop_page_ms=_TOKEN_REST_MS)
        case Disposition.STOP_PAGE:
            return AfterFailure(Next.AGAIN, wait, stop_page_ms=_RESTRICTED_REST_MS)
        case Disposition.SLOW_DOWN:
            return AfterFailure(Next.AGAIN, max(wait, int(_SLOW_DOWN_S * 1000)), slow_page_s=_SLOW_DOWN_S)
        case Disposition.WAIT_FOR_ECHO:
            return AfterFailure(Next.LEAVE_IN_DOUBT)
        case Disposition.RETRY if failure == NOT_CONNECTED:
            return AfterFailure(
                Next.AGAIN, min(wait, _TO_CONNECT_MS if attempts <= _SOON_ATTEMPTS else _LATER_TO_CONNECT_MS)
            )
        case _ if attempts >= MOST_ATTEMPTS and own_fault:
            return AfterFailure(Next.FAIL)
        case Disposition.RETRY:
            return AfterFailure(Next.AGAIN, wait)
        case Disposition.RETRY_AFTER_ECHO:
            return AfterFailure(Next.AWAIT_ECHO)
        case Disposition.DROP_REPLY_TO:
            return AfterFailure(Next.AGAIN_WITHOUT_REPLY_TO)
        case Disposition.HOLD:
            return AfterFailure(Next.AGAIN, _HOLD_MS)
        case Disposition.UNREACHABLE:
            return AfterFailure(Next.FAIL, unreachable=True)
        case Disposition.NOT_OURS:
            return AfterFailure(Next.FAIL, not_ours=True)
        case _:
            return AfterFailure(Next.FAIL)


def doubt_ends(began: int, now: int, attempts: int) -> int:
    """When the try number `attempts`, begun at `began` and in doubt at `now` (UTC ms), is to be looked at again."""
    wait = ECHO_WAIT_MS if attempts <= 1 else ECHO_WAIT_AGAIN_MS
    return max(min(began, now) + wait, now + LEAST_ECHO_WAIT_MS)


def failure_code(failure: SendFailure) -> str:
    """How a failed message is marked; worded for agents in locales/pl (section `send_failures`)."""
    return failure.disposition.value
