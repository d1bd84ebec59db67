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
from bot.dialogue.texts import COMPANY, PRIVACY_PAGE
from bot.messenger import policy
from bot.store import handoffs, messages, outbox
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Handoff
from bot.store.messages import Author, Status
from bot.store.times import from_ms
from handoff import feedback
from handoff.floor import Floor

# Whoever taps an old button speaks of something they no longer remember.
RATED_WITHIN_MS = 7 * 24 * 3_600_000
COMMENT_WITHIN_MS = 10 * 60_000
COMMENT_LIMIT = 2_000
SLOT = "ocena"
_TEMPLATE = ":feedback"

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
    UNANSWERED = "unanswered"


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
        ended = handoffs.last_ended(tx, conversation.id)
        if ended is None or feedback.is_unanswered(tx, ended):
            return NotAsked.UNANSWERED
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
        texts = self.floor.names.section(feedback.TEXTS)
        if self.floor.settings.rating_template and texts:
            self._ask_by_template(tx, conversation, ended.id, texts, now)
        else:
            self._ask_plainly(tx, conversation, ended.id, now)
        return True

    def _ask_plainly(self, tx: Tx, conversation: Conversation, handoff_id: int, now: int) -> None:
        self.floor.say(tx, conversation, "utter_ocena_pytanie", {}, f"handoff:{handoff_id}:rating", now)

    def _ask_by_template(
        self, tx: Tx, conversation: Conversation, handoff_id: int, texts: Mapping[str, Any], now: int
    ) -> None:
        id = f"handoff:{handoff_id}{_TEMPLATE}"
        outbox.queue(
            tx,
            id=id,
            conversation_id=conversation.id,
            epoch=conversation.epoch,
            author=Author.SYSTEM,
            purpose="feedback",
            body=feedback.template(texts, handoff_id, str(self.floor.names.section(COMPANY).get(PRIVACY_PAGE, ""))),
            now=now,
            text=texts["tytul"],
            content={"response": "utter_ocena_pytanie"},
        )
        self.floor.told.queued(tx, conversation.id, [id])
        self.floor.voice.wake(tx, conversation.id)

    def template_settled(self, tx: Tx, conversation_id: str, outbox_id: str) -> None:
        """What became of a message that may be our template: where the platform refused it, quick replies ask."""
        if not outbox_id.endswith(_TEMPLATE):
            return
        sent = messages.find_by_outbox(tx, outbox_id)
        if sent is not None and sent.status == Status.FAILED.value:
            handoff_id = int(outbox_id.removesuffix(_TEMPLATE).rpartition(":")[2])
            self._ask_plainly(tx, self.floor.find(tx, conversation_id), handoff_id, self.floor.now())

    def answered(self, tx: Tx, conversation: Conversation, extra: Mapping[str, Any], now: int) -> bool:
        """The answer to the template: the tap and the sentence at once. Another one changes it, thanked for once."""
        given = feedback.answer_in(extra)
        ended = handoffs.find(tx, given.handoff_id) if given is not None else None
        if given is None or ended is None or ended.conversation_id != conversation.id or ended.rating_asked_at is None:
            return False
        comment = given.comment or ended.rating_comment
        handoffs.change(tx, ended.id, rating=given.rating, rated_at=now, rating_comment=comment)
        self.floor.say(tx, conversation, "utter_ocena_komentarz", {}, f"handoff:{ended.id}:commented", now)
        self.floor.told.card(tx, conversation.id)
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
