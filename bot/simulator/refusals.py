"""The errors the twin answers with, in Meta's numbers and shape; knows nothing of when they apply."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

# Meta answers these with 500, everything else with 400 (docs/graph-api/guides/error-handling).
_SERVER_FAULTS = frozenset({1, 2, 1200})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer. `message` is for the reader of the exchange log; programs go by the numbers."""

    code: int
    subcode: int | None
    message: str

    @property
    def status(self) -> int:
        return 500 if self.code in _SERVER_FAULTS else 400

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": f"(#{self.code}) {self.message}", "type": "OAuthException"}
        error["code"] = self.code
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.code in _SERVER_FAULTS:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(8)
        return {"error": error}


class RefusalError(Exception):
    """Carries a refusal to the door."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


BAD_TOKEN = Refusal(190, 467, "Invalid OAuth access token.")
NO_OBJECT = Refusal(100, 33, "Unsupported request: no object with this id, or no permission for it.")
NO_USER = Refusal(100, 2018001, "No matching user found.")
NO_PROFILE = Refusal(100, 2018218, "There is no profile available for this user.")
OUTSIDE_WINDOW = Refusal(10, 2018278, "This message is sent outside of allowed window.")
NOT_IN_CONTROL = Refusal(10, 2018300, "Another app is controlling this thread now.")
NOT_OWNER = Refusal(100, 2534037, "The caller does not own the thread.")
BAD_TARGET_APP = Refusal(100, 2018164, "The target app is not connected to this page.")
ACTION_WITH_MESSAGE = Refusal(100, 2018014, "A sender action goes without a message.")
DEAD_TAG = Refusal(100, None, "Message tag is not supported since 27 April 2026.")
TOO_FAST = Refusal(613, None, "Calls to this API have exceeded the rate limit.")
USED_UP = Refusal(80006, None, "There have been too many calls to this Messenger account.")


def bad_parameter(what: str) -> Refusal:
    return Refusal(100, None, f"Invalid parameter: {what}.")
