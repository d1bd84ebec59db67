"""Whether a comment asks, complains or neither: a pure decision over its words and what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.dialogue.anger import Signal, signals
from bot.dialogue.grievances import grievance
from bot.incidents.rising import SMALL_TALK

# Under a post people talk to each other as well: more certainty is asked for than in a thread with us.
SURE = 0.75
SURE_OF_A_COMPLAINT = 0.6
"""To answer one too many hurts less than to leave one standing."""
SURE_OF_A_QUESTION = 0.35
"""Enough where the words themselves ask."""
_ASKED_WORDS = 3
_OUTRIGHT = "reklamacja"
# Beginnings of words, without regard to the case; of whoever is let down rather than angry.
_LET_DOWN = re.compile(
    r"\b(?:reklamacj|skarg|nikt nie (?:odbier|odpis|odpow|oddzw)|brak (?:kontakt|odpowied)|nie (?:odbier|odpis|oddzw)"
    r"|czekam (?:już|juz|od|na odpow)|ile (?:jeszcze )?(?:mam|można|mozna) czekać|nie polecam|odradzam|zawiod"
    r"|rozczarow|omijać|omijac|omijajcie|nie dajcie się|nie dajcie sie|nie wierzcie|odmówi(?:li|ono)|odmowi(?:li|ono)"
    r"|jedna gwiazdka|oszu(?:ści|sci|kal|kań|kan)|telefon głuchy)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|^\W*(?:(?:a|no|i|to|hej|witam|dzień dobry)\W+){0,3}"
    r"(?:czy|jak|kiedy|gdzie|ile|co|dlaczego|czemu|kto|skąd|jaki|jaka|jakie|do kiedy|do której|od kiedy|podpowie\w+)\b"
    r"|\b(?:proszę o|prosze o|poproszę|poprosze|szukam|potrzebuj\w+|chciał[ao]?bym|chcial[ao]?bym|chętnie skorzystam"
    r"|chetnie skorzystam)\b",
    re.IGNORECASE,
)
# People tell each other what happened to them, too.
_TALKS = re.compile(r"\bu (?:mnie|nas)\b.{0,30}\bteż\b|\bteż tak (?:mia|był)", re.IGNORECASE)
# How a complaint is made may be asked without making one.
_COMPLAINS_ABOUT = re.compile(
    r"\b(?:chc[eę]|składam|skladam|zgłaszam|zglaszam|złoży\w+|zlozy(?:lem|lam)|moj[aąe]|mój|moj|mojej|czekam|kolejn\w+)\b",
    re.IGNORECASE,
)


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
    if Signal.WORDS in heard or len(heard) > 1 or grievance(text) is not None:
        return Reading(Kind.COMPLAINT, means)
    if intent == _OUTRIGHT and asks and not _COMPLAINS_ABOUT.search(text):
        return Reading(Kind.QUESTION, means)
    if _LET_DOWN.search(text):
        return Reading(Kind.COMPLAINT, means)
    if not asks and _TALKS.search(text):
        return Reading(Kind.OTHER, None)
    if sure >= SURE_OF_A_COMPLAINT and intent in (_OUTRIGHT, "frustracja"):
        return Reading(Kind.COMPLAINT, means)
    if means is not None or asks or (intent == "konsultant" and sure >= SURE):
        return Reading(Kind.QUESTION, means)
    return Reading(Kind.OTHER, None)
