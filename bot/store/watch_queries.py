"""What a watchdog looks for: waits past their limit, messages without an answer, conversations of nobody."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from bot.store.database import Tx
from bot.store.schema import agents, conversations, customers, handoffs, messages

LIMIT = 200


def overdue(tx: Tx, requested_before: int) -> list[str]:
    """Conversations that have been waiting since before that instant, and of which no supervisor was told."""
    query = (
        select(conversations.c.id)
        .join(handoffs, handoffs.c.conversation_id == conversations.c.id)
        .where(
            conversations.c.owner == "waiting",
            conversations.c.waiting_since <= requested_before,
            handoffs.c.ended_at.is_(None),
            handoffs.c.accepted_at.is_(None),
            handoffs.c.escalated_at.is_(None),
        )
        .order_by(conversations.c.waiting_since)
    )
    return list(tx.scalars(query.limit(LIMIT)))


def unanswered(tx: Tx, since: int, before: int, now: int) -> list[str]:
    """Conversations of the assistant whose newest message is the customer's, of that span; the muted left out."""
    newest = (
        select(func.max(messages.c.id))
        .where(messages.c.conversation_id == conversations.c.id)
        .correlate(conversations)
        .scalar_subquery()
    )
    query = (
        select(conversations.c.id)
        .join(customers, customers.c.id == conversations.c.id)
        .join(messages, and_(messages.c.conversation_id == conversations.c.id, messages.c.id == newest))
        .where(
            conversations.c.owner == "bot",
            # Of all of the assistant's conversations, the index finds those of the last hour.
            conversations.c.last_message_at >= since,
            messages.c.author == "customer",
            messages.c.at >= since,
            messages.c.at <= before,
            or_(customers.c.muted_until.is_(None), customers.c.muted_until <= now),
        )
    )
    return list(tx.scalars(query.limit(LIMIT)))


def orphaned(tx: Tx) -> list[str]:
    """Conversations of agents who have no account any more."""
    query = (
        select(conversations.c.id)
        .outerjoin(agents, and_(agents.c.id == conversations.c.agent_id, agents.c.active))
        .where(conversations.c.owner == "agent", agents.c.id.is_(None))
    )
    return list(tx.scalars(query.limit(LIMIT)))
