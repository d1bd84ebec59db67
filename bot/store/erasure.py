"""Erases what is kept of a customer, at their wish or the platform's. What the law makes the company keep, stays.

A case is the company's own record of a claim or complaint; it stays, with the conversation's words gone from it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, false, not_, or_, select, update

from bot.store import audit
from bot.store.database import Tx
from bot.store.public_schema import comments, incident_tellings
from bot.store.schema import (
    attachments,
    complaints,
    conversations,
    customers,
    handoffs,
    messages,
    misreadings,
    notes,
    outbox,
    questions,
    set_aside,
    timers,
)

# How the ids of the reminders of a complaint's term begin, before its number (bot/store/complaints.py).
COMPLAINT_TIMER = "complaint:"

# What is known of the person and no longer needed.
PERSONAL = {
    "first_name": None,
    "last_name": None,
    "profile_gender": None,
    "profile_at": None,
    "address": None,
    "crm_id": None,
    "crm_verified_at": None,
    "known": None,
}

# `muted_until` stays, or a muted customer could be heard again by asking; what was written about them goes.
AT_THEIR_WISH = {**PERSONAL, "muted_reason": None}


def media_folder(var_dir: Path) -> Path:
    """Where files that customers sent are kept."""
    return var_dir / "media"


def sent_folder(var_dir: Path) -> Path:
    """Where files that agents sent are kept for the platform to fetch."""
    return var_dir / "wyslane"


def sent_files(tx: Tx, conversation: str) -> list[str]:
    """Names of the files that agents sent in this conversation; ask before the messages are erased."""
    contents = tx.scalars(
        select(messages.c.content).where(messages.c.conversation_id == conversation, messages.c.author == "agent")
    )
    urls = [one.get("url") or "" for content in contents for one in (content or {}).get("attachments") or ()]
    return [url.rpartition("/")[2] for url in urls if url]


def erase(tx: Tx, conversation: str, *, code: str, now: int) -> list[Path]:
    """Erase the conversation's words, names, files and notes; the files that the caller must remove from the disk."""
    paths = [
        Path(p)
        for p in tx.scalars(select(attachments.c.path).where(attachments.c.conversation_id == conversation))
        if p
    ]
    for table in (messages, attachments, notes, questions, outbox, set_aside, misreadings):
        tx.execute(delete(table).where(table.c.conversation_id == conversation))
    _forget_complaints(tx, conversation)
    tx.execute(delete(incident_tellings).where(incident_tellings.c.conversation_id == conversation))
    # The row stays: it is what keeps a second private reply from leaving.
    gone = {"text": "", "author": None, "link": None, "public_text": None, "sensitive": "", "settled_at": now}
    tx.execute(update(comments).where(comments.c.conversation_id == conversation).values(**gone))
    tx.execute(
        update(handoffs)
        .where(handoffs.c.conversation_id == conversation)
        .values(detail=None, promised=None, edits=None, rating_comment=None)
    )
    tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(state=None, last_text=None, last_author=None, unread=0, session_no=conversations.c.session_no + 1)
    )
    tx.execute(update(customers).where(customers.c.id == conversation).values(**AT_THEIR_WISH))
    audit.note(tx, at=now, who="system", what="erased", subject=code)
    return paths


def _forget_complaints(tx: Tx, conversation: str) -> None:
    """A complaint that became a case must still be answered: its term and the reminders of it stay."""
    of_this = complaints.c.conversation_id == conversation
    tx.execute(delete(complaints).where(of_this, complaints.c.case_number.is_(None)))
    tx.execute(update(complaints).where(of_this).values(message_id=None))
    kept = [f"{COMPLAINT_TIMER}{id}:" for id in tx.scalars(select(complaints.c.id).where(of_this))]
    reminders = [timers.c.id.startswith(prefix, autoescape=True) for prefix in kept]
    tx.execute(delete(timers).where(timers.c.conversation_id == conversation, not_(or_(false(), *reminders))))
