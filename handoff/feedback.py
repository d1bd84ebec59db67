"""The platform's own question how the help was: its message, what its answer means, and when nothing is asked at all.

Meta calls the template "in development, may change or be removed": it is a setting, and where the platform refuses it
the customer is asked with quick replies instead. Steps inside a transaction, for `handoff/ratings.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.engine import phrases
from bot.messenger.messages import FeedbackQuestion, customer_feedback
from bot.store import complaints, messages
from bot.store.database import Tx
from bot.store.handoffs import Ending, Handoff
from bot.store.messages import Author

TEXTS = "ocena_szablon"
EXPIRES_IN_DAYS = 3
COMMENT_LIMIT = 400
_QUESTION = re.compile(r"^ocena_(\d{1,18})$")
# Of five stars: the first two say no, the third says partly.
_LOW, _MIDDLE, _HIGH = 2, 3, 5
_LOOKED_BACK = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """`rating`: a value of `handoff.ratings.Rating`."""

    handoff_id: int
    rating: str
    comment: str | None


def template(texts: Mapping[str, Any], handoff_id: int, privacy_url: str) -> dict[str, Any]:
    """The `message` of the Send API. `texts`: the section `ocena_szablon`, the same words for everybody."""
    asked = FeedbackQuestion(f"ocena_{handoff_id}", texts["pytanie"], texts["dopisek"])
    return customer_feedback(texts["tytul"], texts["podtytul"], texts["przycisk"], asked, privacy_url, EXPIRES_IN_DAYS)


def answer_in(extra: Mapping[str, Any]) -> Answer | None:
    """What a `messaging_feedback` event says; None where it is not the answer to a question of ours."""
    for screen in extra.get("feedback_screens") or ():
        questions = screen.get("questions") if isinstance(screen, Mapping) else None
        for name, given in questions.items() if isinstance(questions, Mapping) else ():
            found = _QUESTION.match(str(name))
            rating = _rating(given.get("payload")) if isinstance(given, Mapping) else None
            if found and rating:
                return Answer(int(found[1]), rating, _comment(given.get("follow_up")))
    return None


def is_unanswered(tx: Tx, ended: Handoff) -> bool:
    """Whether this customer was left without an answer: asking how the help was would mock them.

    Nobody came, nobody wrote a word, what was written did not arrive, a question stands last in the thread, or a
    complaint waits for its decision.
    """
    if ended.ending != Ending.CLOSED.value or ended.first_answer_at is None:
        return True
    thread = messages.of_conversation(tx, ended.conversation_id, limit=_LOOKED_BACK)
    spoken = [one for one in thread if one.author in (Author.CUSTOMER.value, Author.AGENT.value)]
    last = spoken[-1] if spoken else None
    if last is not None and last.author == Author.CUSTOMER.value and phrases.is_question(last.text or ""):
        return True
    if last is not None and last.author == Author.AGENT.value and last.status == messages.Status.FAILED.value:
        return True
    return complaints.undecided_of(tx, ended.conversation_id) is not None


def _rating(score: object) -> str | None:
    """Scores come as strings: "1" to "5"."""
    text = str(score)
    value = int(text) if re.fullmatch(r"[0-9]", text) else 0
    if not 1 <= value <= _HIGH:
        return None
    if value <= _LOW:
        return "nie"
    return "czesciowo" if value == _MIDDLE else "tak"


def _comment(follow_up: object) -> str | None:
    said = follow_up.get("payload") if isinstance(follow_up, Mapping) else None
    return said.strip()[:COMMENT_LIMIT] or None if isinstance(said, str) else None
