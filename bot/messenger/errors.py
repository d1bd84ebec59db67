"""What each error of the Graph API means for the message that met it; knows nothing of queues or of HTTP clients.

Source: Meta's error table (documentation/business-messaging/messenger-platform/error-codes, 25 Jun 2026) and
docs/graph-api/guides/error-handling. The decision is on (code, subcode); the HTTP status alone is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.messenger.json_values import as_object, as_text, as_whole


class Disposition(StrEnum):
    """What to do with the message whose sending failed, and with those behind it."""

    RETRY = "retry"  # it did not leave: again, a few times, with backoff and jitter
    SLOW_DOWN = "slow_down"  # a rate limit: the page sends slower, then again
    RETRY_AFTER_ECHO = "retry_after_echo"  # it may have left: again only if no echo with its metadata comes
    WAIT_FOR_ECHO = "wait_for_echo"  # it left, only the answer was lost: never again, the echo confirms
    DROP_REPLY_TO = "drop_reply_to"  # the message it answers is gone: again without `reply_to`
    HOLD = "hold"  # the person is inside the platform's own question flow: later
    OUTSIDE_WINDOW = "outside_window"  # a person may use HUMAN_AGENT, the bot an approved template
    NOT_OURS = "not_ours"  # another app controls the thread
    UNREACHABLE = "unreachable"  # the person blocked the page or closed the account
    STOP_PAGE = "stop_page"  # the page is restricted: nothing leaves it until somebody has looked
    STOP_TAGS = "stop_tags"  # a warning for misused tags: nothing tagged leaves until somebody has looked
    TOKEN_DEAD = "token_dead"  # noqa: S105  (no password) the page needs a new access token
    FIX_SETUP = "fix_setup"  # a permission or a setting of the app is missing
    FIX_MEDIA = "fix_media"  # the attachment cannot be fetched or is too large
    NO_PROFILE = "no_profile"  # go on without the person's name
    FINAL = "final"  # our own mistake, or one that no second try mends

    @property
    def tries_again(self) -> bool:
        return self in _TRIES_AGAIN


_TRIES_AGAIN = frozenset(
    {
        Disposition.RETRY,
        Disposition.SLOW_DOWN,
        Disposition.RETRY_AFTER_ECHO,
        Disposition.DROP_REPLY_TO,
        Disposition.HOLD,
    }
)

# `is_transient` says that a second try may succeed where the bare code would be taken for a lasting fault.
_OVERRULED_BY_TRANSIENT = frozenset({Disposition.FINAL, Disposition.FIX_SETUP})

BY_CODE_AND_SUBCODE: Mapping[tuple[int, int], Disposition] = {
    (1, 1357046): Disposition.WAIT_FOR_ECHO,
    (1, 99): Disposition.FIX_SETUP,
    (2, 2018344): Disposition.FIX_SETUP,
    (4, 2018354): Disposition.SLOW_DOWN,
    (9, 2018352): Disposition.SLOW_DOWN,
    (613, 2018338): Disposition.STOP_TAGS,
    (613, 1996): Disposition.SLOW_DOWN,
    (10, 2018278): Disposition.OUTSIDE_WINDOW,
    (10, 2018065): Disposition.OUTSIDE_WINDOW,
    (10, 2534022): Disposition.OUTSIDE_WINDOW,
    (10, 2018108): Disposition.FINAL,
    (10, 2018300): Disposition.NOT_OURS,
    (10, 2018336): Disposition.FINAL,
    (10, 1893063): Disposition.STOP_PAGE,
    (100, 2018001): Disposition.FINAL,
    (100, 2018008): Disposition.FIX_MEDIA,
    (100, 2018047): Disposition.FIX_MEDIA,
    (100, 2018074): Disposition.FIX_MEDIA,
    (100, 2018294): Disposition.FIX_MEDIA,
    (100, 2018109): Disposition.FIX_MEDIA,
    (100, 2018164): Disposition.FINAL,
    (200, 2018028): Disposition.FIX_SETUP,
    (200, 1545041): Disposition.UNREACHABLE,
    (551, 1545041): Disposition.UNREACHABLE,
}
BY_CODE: Mapping[int, Disposition] = {
    2: Disposition.RETRY,
    1200: Disposition.RETRY,
    4: Disposition.SLOW_DOWN,
    17: Disposition.SLOW_DOWN,
    32: Disposition.SLOW_DOWN,
    341: Disposition.SLOW_DOWN,
    613: Disposition.SLOW_DOWN,
    80001: Disposition.SLOW_DOWN,
    80006: Disposition.SLOW_DOWN,
    10: Disposition.FIX_SETUP,
    100: Disposition.FINAL,
    190: Disposition.TOKEN_DEAD,
    200: Disposition.FIX_SETUP,
    368: Disposition.STOP_PAGE,
    551: Disposition.UNREACHABLE,
    2022: Disposition.FIX_SETUP,
}
# The table prints these without saying in which of the two fields they stand.
BY_EITHER: Mapping[int, Disposition] = {
    2534037: Disposition.NOT_OURS,
    2018218: Disposition.NO_PROFILE,
    2018247: Disposition.NO_PROFILE,
    2018321: Disposition.HOLD,
    9000001: Disposition.DROP_REPLY_TO,
}


@dataclass(frozen=True, slots=True)
class SendFailure:
    """Why a call failed and what follows. Holds numbers only: Meta's wording may name people.

    `status` is None when no answer came at all. `code` and `subcode` are Meta's; `trace_id` is what its support
    asks for.
    """

    disposition: Disposition
    status: int | None = None
    code: int | None = None
    subcode: int | None = None
    trace_id: str | None = None

    def __str__(self) -> str:
        return f"{self.disposition} (HTTP {self.status}, code {self.code}, subcode {self.subcode})"


NOT_CONNECTED = SendFailure(Disposition.RETRY)
"""No connection was made: nothing left."""
ANSWER_LOST = SendFailure(Disposition.RETRY_AFTER_ECHO)
"""The request was on its way when the connection failed or the time was up: it may have been delivered."""


class GraphError(Exception):
    """A call to the Graph API that failed; everything to decide on is in `failure`."""

    def __init__(self, failure: SendFailure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def classify(status: int, body: object) -> SendFailure:
    """Judges an answer that was not a success; `body` is its parsed JSON, or None if it was none."""
    error = as_object(as_object(body).get("error"))
    code, subcode = as_whole(error.get("code")), as_whole(error.get("error_subcode"))
    return SendFailure(
        disposition=_disposition(status, code, subcode, transient=error.get("is_transient") is True),
        status=status,
        code=code,
        subcode=subcode,
        trace_id=as_text(error.get("fbtrace_id")),
    )


def _disposition(status: int, code: int | None, subcode: int | None, *, transient: bool) -> Disposition:
    known = _known(code or 0, subcode or 0)
    if transient and (known is None or known in _OVERRULED_BY_TRANSIENT):
        return Disposition.RETRY
    if known is not None:
        return known
    if status == 429:
        return Disposition.SLOW_DOWN
    # A gateway that answers in place of the API does not say whether the message went through.
    return Disposition.RETRY_AFTER_ECHO if status >= 500 else Disposition.FINAL


def _known(code: int, subcode: int) -> Disposition | None:
    return (
        BY_EITHER.get(subcode) or BY_EITHER.get(code) or BY_CODE_AND_SUBCODE.get((code, subcode)) or BY_CODE.get(code)
    )
