"""Turns events into what changed on screen, by looking up the present state of whatever they name. Knows no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.store import desk_queries, notes
from bot.store.database import Tx
from bot.store.desk_queries import Counts, ListRow
from bot.store.messages import Message
from bot.store.notes import Note
from handoff.events import Event, Kind


@dataclass(frozen=True, slots=True)
class Changes:
    """The present state of everything that a batch of events named."""

    rows: tuple[ListRow, ...] = ()
    messages: tuple[Message, ...] = ()
    notes: tuple[Note, ...] = ()
    cards: frozenset[str] = frozenset()  # conversations whose card is to be drawn again
    counts: Counts | None = None
    agents: bool = False  # presence or load of somebody changed
    set_aside: bool = False
    typing: frozenset[tuple[str, int]] = field(default=frozenset())
    viewers: frozenset[str] = frozenset()
    notices: bool = False  # what stands above everything: incidents, comments


def changes(tx: Tx, events: Iterable[Event]) -> Changes:
    """What to draw again after `events`. Several events about one thing cost one look."""
    happened = set(events)
    kinds = {event.kind for event in happened}
    rows = _conversations(happened, Kind.ROW)
    return Changes(
        rows=tuple(desk_queries.rows_by_id(tx, sorted(rows))) if rows else (),
        messages=tuple(desk_queries.messages_by_id(tx, _ids(happened, Kind.MESSAGE))),
        notes=tuple(notes.by_ids(tx, _ids(happened, Kind.NOTE))),
        cards=frozenset(_conversations(happened, Kind.CARD)),
        counts=desk_queries.counts(tx) if rows else None,
        agents=Kind.AGENT in kinds,
        set_aside=Kind.SET_ASIDE in kinds,
        typing=frozenset((e.conversation_id or "", id) for e in happened if e.kind is Kind.TYPING for id in e.ids),
        viewers=frozenset(_conversations(happened, Kind.VIEWERS)),
        notices=bool(kinds & {Kind.INCIDENT, Kind.COMMENT}),
    )


def _conversations(happened: set[Event], kind: Kind) -> set[str]:
    return {e.conversation_id for e in happened if e.kind is kind and e.conversation_id is not None}


def _ids(happened: set[Event], kind: Kind) -> list[int]:
    return sorted({id for event in happened if event.kind is kind for id in event.ids})
