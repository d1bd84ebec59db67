"""What a comment is and what stands in it that should not: pure decisions over its words and what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.dialogue.anger import Signal, signals
from bot.dialogue.answers import find_answers
from bot.dialogue.grievances import grievance
from bot.incidents.rising import SMALL_TALK

# Under a post people talk to each other as well: more certainty is asked for than in a thread with us.
SURE = 0.75
SURE_OF_A_COMPLAINT = 0.6
"""To answer one too many hurts less than to leave one standing."""
SURE_OF_A_QUESTION = 0.35
"""Enough where the words themselves ask."""
_ASKED_WORDS = 3
_EXCERPT = 160
# Beginnings of words, without regard to the case; of whoever is let down rather than angry.
_LET_DOWN = re.compile(
    r"\b(?:reklamacj|skarg|nikt nie (?:odbier|odpis|odpow|oddzw)|brak (?:kontakt|odpowied)|nie (?:odbier|odpis|oddzw)"
    r"|czekam (?:już|juz|od|na odpow)|ile (?:jeszcze )?(?:mam|można|mozna) czekać|nie polecam|odradzam|zawiod"
    r"|rozczarow)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|^\W*(?:(?:a|no|i|to|hej|witam|dzień dobry)\W+){0,3}"
    r"(?:czy|jak|kiedy|gdzie|ile|co|dlaczego|czemu|kto|skąd|jaki|jaka|jakie|proszę o|prosze o|poproszę)\b",
    re.IGNORECASE,
)
# What may not stand in public, in the kinds of bot.dialogue.answers. A sum or a date says nothing of a person.
SENSITIVE = ("pesel", "nr_konta", "telefon", "email", "nr_polisy", "nr_rejestracyjny")


class Kind(StrEnum):
    QUESTION = "question"
    COMPLAINT = "complaint"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reading:
    kind: Kind
    intent: str | None  # that a button of the private reply begins


def read(text: str, parsed: Mapping[str, Any]) -> Reading:
    """`parsed`: what the model makes of the text (Rasa's /model/parse): intent with confidence."""
    found = parsed.get("intent") or {}
    intent, sure = str(found.get("name") or ""), float(found.get("confidence") or 0.0)
    asks = bool(_ASKING.search(text)) and len(text.split()) >= _ASKED_WORDS
    means = intent if sure >= (SURE_OF_A_QUESTION if asks else SURE) and intent not in SMALL_TALK else None
    heard = signals(text)
    if Signal.WORDS in heard or len(heard) > 1 or _LET_DOWN.search(text) or grievance(text) is not None:
        return Reading(Kind.COMPLAINT, means)
    if sure >= SURE_OF_A_COMPLAINT and intent in ("reklamacja", "frustracja"):
        return Reading(Kind.COMPLAINT, means)
    if means is not None or asks or (intent == "konsultant" and sure >= SURE):
        return Reading(Kind.QUESTION, means)
    return Reading(Kind.OTHER, None)


def sensitive(text: str, now: datetime) -> str:
    """The kinds of values in `text` that should not stand in public, each once, by commas; "" for none."""
    found = {answer.kind.value for answer in find_answers(text, now, SENSITIVE)}
    return ",".join(kind for kind in SENSITIVE if kind in found)


def excerpt(text: str, now: datetime) -> str:
    """The beginning of the comment for the private reply, in one line, without what should not stand in it."""
    shown, end = "", 0
    for answer in find_answers(text, now, SENSITIVE):
        shown, end = shown + text[end : answer.start] + "…", answer.end
    shown = " ".join((shown + text[end:]).split())
    return shown if len(shown) <= _EXCERPT else shown[:_EXCERPT].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"
