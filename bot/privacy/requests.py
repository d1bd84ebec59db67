"""Somebody wants a customer's data erased: planned once, whoever asks, and its state told under a code.

The customer asks in the chat, the platform by its callback, a supervisor on the console, an operator by the command
line; the worker carries it out within the conversation's lease, behind what came before it.

The platform names people by an id of the app's, which is not the page's; in Europe it does not say which belong
together. So conversations of that very id are erased, and who asked is told how to erase from within the chat.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from bot.errors import Rejected
from bot.messenger.signature import SignedRequest
from bot.store import audit, timers
from bot.store.database import Tx
from bot.store.schema import audit as audit_table
from bot.store.schema import conversations
from bot.store.schema import timers as timers_table

# The platform's requests have long codes, because their page is reached from nowhere else; people read short ones.
_CODE = re.compile(r"[0-9A-F]{8}|[0-9A-F]{20}")


class State(StrEnum):
    UNKNOWN = "unknown"  # no such code
    UNDER_WAY = "under_way"
    DONE = "done"
    NOT_FOUND = "not_found"  # nothing is kept under the id that the platform gave


def code_of(secret: str, request: SignedRequest) -> str:
    """The same for the same request, whoever repeats it; nobody without `secret` can guess one."""
    issued = request.issued_at.isoformat() if request.issued_at else ""
    return (
        hmac.new(secret.encode(), f"erase {request.user_id} {issued}".encode(), hashlib.sha256).hexdigest()[:20].upper()
    )


def ask(tx: Tx, request: SignedRequest, code: str, now: int) -> int:
    """Plan the erasure of every conversation of this id; how many. A request that comes again plans nothing."""
    if tx.scalar(select(audit_table.c.id).where(audit_table.c.subject == code).limit(1)) is not None:
        return 0
    found = list(tx.scalars(select(conversations.c.id).where(conversations.c.psid == request.user_id)))
    plan(tx, found, code=code, who="customer", by="platform", now=now)
    return len(found)


def code_of_turn(turn_id: str) -> str:
    """The same for the same turn; short, for the customer reads it in the chat."""
    return hashlib.sha256(f"erase {turn_id}".encode()).hexdigest()[:8].upper()


def ask_for(tx: Tx, customer: str, *, who: str, by: str, now: int) -> str:
    """Plan the erasure of `customer` ("<page id>:<psid>") on somebody's word; the code of it. Raises Rejected."""
    if tx.scalar(select(conversations.c.id).where(conversations.c.id == customer)) is None:
        raise Rejected("There is no such customer; the name is PAGE:PSID.", code="no_such_customer")
    code = secrets.token_hex(4).upper()
    plan(tx, [customer], code=code, who=who, by=by, now=now)
    return code


def plan(tx: Tx, found: Sequence[str], *, code: str, who: str, by: str, now: int, after_ms: int = 0) -> None:
    """Have these conversations erased `after_ms` from now. Who asked (`by` which way) is on record, whom not."""
    for conversation in found:
        event = {"kind": "erase", "code": code}
        due_at = now + after_ms
        timers.set_timer(tx, id=_timer(code, conversation), conversation_id=conversation, event=event, due_at=due_at)
    audit.note(tx, at=now, who=who, what="erasure_asked", subject=code, conversations=len(found), by=by)


def state_of(tx: Tx, code: str) -> State:
    """How far the erasure with this confirmation code is; `code` comes from an address and may be anything."""
    if not _CODE.fullmatch(code):
        return State.UNKNOWN
    asked = tx.execute(
        select(audit_table.c.details).where(audit_table.c.subject == code, audit_table.c.what == "erasure_asked")
    ).first()
    if asked is None:
        return State.UNKNOWN
    if not (asked.details or {}).get("conversations"):
        return State.NOT_FOUND
    left = select(timers_table.c.id).where(timers_table.c.id.startswith(_timer(code, ""))).limit(1)
    return State.DONE if tx.scalar(left) is None else State.UNDER_WAY


def _timer(code: str, conversation: str) -> str:
    return f"erase:{code}:{conversation}"
