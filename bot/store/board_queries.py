"""What a supervisor's board sums up: requests and ratings since an instant, and where dialogues stand now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import desc, select

from bot.store.database import Tx
from bot.store.schema import conversations, handoffs


@dataclass(frozen=True, slots=True)
class Day:
    """What the desk has done since an instant. Waits are in milliseconds, unasked takeovers left out."""

    requests: int
    by_reason: dict[str, int]
    waits: list[int]
    first_answers: list[int]
    ratings: dict[str, int]


def day_since(tx: Tx, since: int) -> Day:
    """Requests for a person since `since` (UTC milliseconds); who was taken without asking did not wait for anybody."""
    rows = tx.execute(
        select(
            handoffs.c.reason,
            handoffs.c.requested_at,
            handoffs.c.accepted_at,
            handoffs.c.first_answer_at,
            handoffs.c.rating,
        ).where(handoffs.c.requested_at >= since)
    ).all()
    asked = [row for row in rows if row.accepted_at is None or row.accepted_at > row.requested_at]
    return Day(
        requests=len(asked),
        by_reason=dict(Counter(row.reason for row in rows).most_common()),
        waits=[row.accepted_at - row.requested_at for row in asked if row.accepted_at is not None],
        first_answers=[row.first_answer_at - row.requested_at for row in asked if row.first_answer_at is not None],
        ratings=dict(Counter(row.rating for row in rows if row.rating is not None)),
    )


def words_on_ratings(tx: Tx, since: int, limit: int = 20) -> list[tuple[str, str, str]]:
    """(conversation, rating, the customer's sentence) of what was rated since, the latest first."""
    query = (
        select(handoffs.c.conversation_id, handoffs.c.rating, handoffs.c.rating_comment)
        .where(handoffs.c.rated_at >= since, handoffs.c.rating_comment.is_not(None))
        .order_by(desc(handoffs.c.rated_at))
        .limit(limit)
    )
    return [(str(row[0]), str(row[1]), str(row[2])) for row in tx.execute(query)]


def where_they_stand(tx: Tx, limit: int = 2000) -> dict[tuple[str, str], int]:
    """(flow, step) → how many conversations of the assistant stand there now, the most first."""
    states = tx.scalars(
        select(conversations.c.state)
        .where(conversations.c.owner == "bot", conversations.c.state.is_not(None))
        .order_by(desc(conversations.c.last_message_at))
        .limit(limit)
    )
    tops = (state["stack"][-1] for state in states if state and state.get("stack"))
    return dict(Counter((str(top.get("flow")), str(top.get("step") or "")) for top in tops).most_common())
