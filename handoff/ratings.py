"""How the help was: asked once in a while at the end, answered by one tap, with a sentence beside it if one comes.

Steps inside a transaction, for `handoff/desk.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.dialogue.engine import phrases
from bot.messenger import policy
from bot.store import handoffs
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Handoff
from bot.store.times import from_ms
from handoff.floor import Floor

# Whoever taps an old button speaks of something they no longer remember.
RATED_WITHIN_MS = 7 * 24 * 3_600_000
COMMENT_WITHIN_MS = 10 * 60_000
COMMENT_LIMIT = 2_000
SLOT = "ocena"

# Words by which somebody begins a new matter: such a message is answered, not filed as a comment.
_WANTS = re.compile(r"\b(chc\w+|chcial\w+|prosz\w+|poprosz\w+|potrzeb\w+|zglos\w*|konsultant\w*|czlowiek\w*|usun\w*)\b")


class Rating(StrEnum):
    YES = "tak"
    PARTLY = "czesciowo"
    NO = "nie"


class NotAsked(StrEnum):
    """Why a rating is not asked for now."""

    LATELY = "lately"
    WINDOW = "window"


class Ratings:
    def __init__(self, floor: Floor, pause: timedelta) -> None:
        """`pause`: no customer is asked again sooner."""
        self.floor = floor
        self.pause_ms = int(pause.total_seconds() * 1000)

    def hindrance(self, tx: Tx, conversation: Conversation, now: int) -> NotAsked | None:
        """What stands against asking now; None when nothing does."""
        asked = handoffs.rating_asked_last(tx, conversation.id)
        if asked is not None and now - asked < self.pause_ms:
            return NotAsked.LATELY
        wrote = conversation.last_customer_at
        age = from_ms(now) - from_ms(wrote) if wrote is not None else None
        decision = policy.decide(policy.Author.SYSTEM, policy.Purpose.FEEDBACK, age)
        return None if isinstance(decision, policy.Allowed) else NotAsked.WINDOW

    def ask(self, tx: Tx, conversation: Conversation, now: int) -> bool:
        """Ask about the handoff that has just ended, unless something stands against it."""
        ended = handoffs.last_ended(tx, conversation.id)
        if ended is None or self.hindrance(tx, conversation, now) is not None:
            return False
        handoffs.change(tx, ended.id, rating_asked_at=now)
        self.floor.say(tx, conversation, "utter_ocena_pytanie", {}, f"handoff:{ended.id}:rating", now)
        return True

    def concerns(
        self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int
    ) -> bool:
        """Whether what the customer just sent is a rating or the sentence after it, not something to be answered."""
        if command is not None:
            return command.get("slot") == SLOT and _rated(tx, conversation, now) is not None
        return bool(text.strip()) and _awaits_comment(tx, conversation, now) is not None and _is_comment(text)

    def take(self, tx: Tx, conversation: Conversation, command: Mapping[str, Any] | None, text: str, now: int) -> bool:
        """Keep what `concerns` found."""
        if command is not None:
            return self.rated(tx, conversation, str(command.get("value")), now)
        return self.commented(tx, conversation, text, now)

    def rated(self, tx: Tx, conversation: Conversation, rating: str, now: int) -> bool:
        """One tap; kept with the handoff that ended last. Another tap changes it, and is not thanked for again."""
        ended = _rated(tx, conversation, now)
        if ended is None or rating not in set(Rating):
            return False
        handoffs.change(tx, ended.id, rating=rating, rated_at=now)
        self.floor.say(tx, conversation, "utter_ocena_dziekujemy", {}, f"handoff:{ended.id}:rated", now)
        self.floor.told.card(tx, conversation.id)
        return True

    def commented(self, tx: Tx, conversation: Conversation, text: str, now: int) -> bool:
        """The sentence after the tap, once."""
        ended = _awaits_comment(tx, conversation, now)
        if ended is None:
            return False
        handoffs.change(tx, ended.id, rating_comment=text.strip()[:COMMENT_LIMIT])
        self.floor.say(tx, conversation, "utter_ocena_komentarz", {}, f"handoff:{ended.id}:commented", now)
        self.floor.told.card(tx, conversation.id)
        return True


def _rated(tx: Tx, conversation: Conversation, now: int) -> Handoff | None:
    """The handoff that a tap is about."""
    ended = handoffs.last_ended(tx, conversation.id)
    return ended if ended is not None and now - (ended.ended_at or 0) < RATED_WITHIN_MS else None


def _awaits_comment(tx: Tx, conversation: Conversation, now: int) -> Handoff | None:
    if conversation.epoch == 0:
        # It has never been anybody's but the assistant's: nothing to look for, at every message of most people.
        return None
    ended = handoffs.last_ended(tx, conversation.id)
    if ended is None or ended.rated_at is None or ended.rating_comment is not None:
        return None
    # Whatever else came since the tap, a question say, was the next message: the chance is over.
    came_since = (conversation.last_customer_at or 0) > ended.rated_at
    return None if came_since or now - ended.rated_at > COMMENT_WITHIN_MS else ended


def _is_comment(text: str) -> bool:
    """Whether `text` says how it was, rather than wanting something."""
    if phrases.is_question(text) or phrases.control_of(text) is not None:
        return False
    return _WANTS.search(phrases.plain(text)) is None
