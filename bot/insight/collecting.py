"""Writes misreadings down in the worker's own transaction: one line of `bot/intake/turns.py` calls `collect`."""

from __future__ import annotations

from bot.dialogue.turns import Input, Turn
from bot.insight.misreading import MOST_OFFERED, Misread, follows_fallback, misread, ranked, subject_of
from bot.store import misreadings
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.times import to_ms

# What is chosen later than this is another matter.
CHOSEN_WITHIN_MS = 30 * 60_000


def collect(tx: Tx, before: Conversation, given: Input, turn: Turn, message_id: int | None) -> None:
    """`before`: the conversation as it was when the turn was taken. Costs nothing where all was understood."""
    if message_id is None:
        return
    at = to_ms(given.at)
    chosen = subject_of(given, turn) if follows_fallback(before.state) else None
    if chosen is not None:
        misreadings.note_choice(tx, before.id, chosen, at - CHOSEN_WITHIN_MS)
    found = misread(before.state, given, turn)
    if found is not None and found.before:
        _note_previous(tx, before.id, found, message_id, at)
    elif found is not None:
        _note(tx, before.id, found, message_id, list(found.offered), at)


def _note_previous(tx: Tx, conversation_id: str, found: Misread, message_id: int, at: int) -> None:
    """The message before this one was acted on, and should not have been."""
    earlier = misreadings.previous_message(tx, conversation_id, message_id)
    if earlier is None:
        return
    id, _, understood = earlier
    offered = ranked(understood)[:MOST_OFFERED]
    # A tap has no ranking, and its meaning was not guessed.
    if offered and offered[0] != found.chosen:
        _note(tx, conversation_id, found, id, offered, at)


def _note(tx: Tx, conversation_id: str, found: Misread, message_id: int, offered: list[str], at: int) -> None:
    misreadings.note(
        tx,
        conversation_id=conversation_id,
        message_id=message_id,
        kind=found.kind.value,
        offered=offered,
        chosen=found.chosen,
        at=at,
    )
