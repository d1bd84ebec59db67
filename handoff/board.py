"""The supervisors' board: the desk's day and its present state, as values. Knows no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.store import agents, board_queries, desk_queries, set_aside
from bot.store.agents import Agent
from bot.store.database import Tx
from bot.store.desk_queries import Counts, List, ListRow

LONGEST_SHOWN = 10
HELD_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Board:
    """Spans are in milliseconds; None where there is nothing to measure yet."""

    open_now: bool
    counts: Counts
    longest_waiting: list[ListRow]
    held: list[ListRow]  # by agents, and in the page's inbox
    with_assistant: list[ListRow]
    staff: list[Agent]
    requests: int
    by_reason: dict[str, int]
    median_wait: int | None
    median_first_answer: int | None
    ratings: dict[str, int]
    comments: list[tuple[str, str, str]]  # conversation, rating, the customer's sentence
    standing: dict[tuple[str, str], int]
    set_aside: list[dict[str, Any]]


def read_board(tx: Tx, since: int, open_now: bool) -> Board:
    """The state now, and what has happened since `since`."""
    day = board_queries.day_since(tx, since)
    return Board(
        open_now=open_now,
        counts=desk_queries.counts(tx),
        longest_waiting=desk_queries.rows(tx, List.WAITING, agent_id=0, limit=LONGEST_SHOWN),
        held=[row for row in desk_queries.rows(tx, List.OPEN, agent_id=0) if row.owner != "waiting"][:HELD_SHOWN],
        with_assistant=desk_queries.rows(tx, List.BOT, agent_id=0, limit=LONGEST_SHOWN),
        staff=agents.everybody(tx),
        requests=day.requests,
        by_reason=day.by_reason,
        median_wait=_median(day.waits),
        median_first_answer=_median(day.first_answers),
        ratings=day.ratings,
        comments=board_queries.words_on_ratings(tx, since),
        standing=board_queries.where_they_stand(tx),
        set_aside=set_aside.open_ones(tx, limit=50),
    )


def _median(spans: Sequence[int]) -> int | None:
    return int(median(spans)) if spans else None
