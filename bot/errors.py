"""The error tree; one place says what each kind means for whoever meets it.

DyzurnyError                 code: stable, safe to log; never holds a message's text, a name or a token
├── Rejected                 the caller's fault: never retried
│   └── ContentFault         a flow, text or example file is broken
├── Refused                  well formed, but the present state forbids it: the person is told
│   ├── IllegalMove          the ownership table has no such move
│   ├── LeaseLost            another worker holds the conversation by now
│   └── SendRefused          the platform's window or our policy forbids the message
└── Unavailable              something we need is away: retried
    ├── RedisUnavailable
    ├── StoreUnavailable
    ├── RasaUnavailable      away, slow, or answered nothing where an answer was due
    └── CrmUnavailable
"""

from __future__ import annotations


class DyzurnyError(Exception):
    """Base of all our errors. `code` is a stable identifier, `detail` is for people and holds no personal data."""

    code = "error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail or code or self.code)
        self.detail = detail
        if code is not None:
            self.code = code


class Rejected(DyzurnyError):
    code = "rejected"


class ContentFault(Rejected):
    code = "content_fault"


class Refused(DyzurnyError):
    code = "refused"


class IllegalMove(Refused):
    """The ownership table refuses `move` in `state`."""

    code = "illegal_move"

    def __init__(self, state: str, move: str) -> None:
        super().__init__(f"{move} is not allowed in state {state}")
        self.state = state
        self.move = move


class LeaseLost(Refused):
    code = "lease_lost"


class SendRefused(Refused):
    code = "send_refused"


class Unavailable(DyzurnyError):
    code = "unavailable"


class RedisUnavailable(Unavailable):
    code = "redis_unavailable"


class StoreUnavailable(Unavailable):
    code = "store_unavailable"


class RasaUnavailable(Unavailable):
    code = "rasa_unavailable"


class CrmUnavailable(Unavailable):
    code = "crm_unavailable"
