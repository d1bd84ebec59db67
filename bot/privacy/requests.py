"""The platform's word that somebody wants their data erased: planned once, and its state told under a code.

The platform names people by an id of the app's, which is not the page's; in Europe it does not say which belong
together. So conversations of that very id are erased, and who asked is told how to erase from within the chat.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from enum import StrEnum

from sqlalchemy import select

from bot.messenger.signature import SignedRequest
from bot.store import audit, timers
from bot.store.database import Tx
from bot.store.schema import audit as audit_table
from bot.store.schema import conversations
from bot.store.schema import timers as timers_table

_CODE = re.compile(r"[0-9A-F]{20}")


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
    for conversation in found:
        event = {"kind": "erase", "code": code}
        timers.set_timer(tx, id=_timer(code, conversation), conversation_id=conversation, event=event, due_at=now)
    audit.note(tx, at=now, who="customer", what="erasure_asked", subject=code, conversations=len(found), by="platform")
    return len(found)


def state_of(tx: Tx, code: str) -> State:
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
