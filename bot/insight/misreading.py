"""Decides from one turn what was not understood, and what the customer chose after it; knows no SQL and no screen.

Two things are misreadings: a message that met a fallback, and one that was acted on and then contradicted by the
customer ("nie o to mi chodzi"), or whose flow was given up at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.dialogue.turns import Input, Turn
from bot.language.diacritics import plain
from bot.language.wordsets import words

FALLBACKS = frozenset({"utter_fallback", "utter_fallback_bez_propozycji", "utter_fallback_handoff"})
PERSON = "konsultant"
# As many as the console offers; the classifier's tail says nothing.
MOST_OFFERED = 3
# What steers or chats is no subject that somebody could have meant instead.
_NO_SUBJECT = words(
    """
    anuluj wroc pomin popraw powtorz jak_to podsumowanie pomoc potwierdzenie zaprzeczenie powitanie pozegnanie
    podziekowanie frustracja poza_zakresem na_ty per_pan_pani zdarzenie czy_jestes_botem
    """
)
_CONTRADICTED = re.compile(
    r"\bnie (?:o to|to|oto)\b.{0,12}\b(?:chodzi\w*|mial[ea]m|pyta\w*|prosi\w*|chcial\w*)|\bnie o to\b|\bnie to\b[.! ]*$"
    r"|\b(?:zle|blednie) (?:mnie )?(?:\w+ )?zrozumia\w*|\bnie zrozumial\w*\b|\bnie zrozumieli\w*\b"
    r"|\bpytal[ea]m o (?:co|cos) inn|\bco innego (?:mial[ea]m|chcial[ea]m)|\bnie na temat\b|\bnie pytal[ea]m o\b"
)


class Kind(StrEnum):
    FALLBACK = "fallback"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Misread:
    """A message that was not understood: the one of this turn, or (`before`) the customer's one before it.

    `offered`: the meanings that were offered or acted on, the likeliest first. `chosen`: what it was instead, where
    this turn says so.
    """

    kind: Kind
    offered: tuple[str, ...]
    before: bool = False
    chosen: str | None = None


def misread(before: Mapping[str, Any] | None, given: Input, turn: Turn) -> Misread | None:
    """What this turn shows not to have been understood. `before`: the snapshot from which the turn set out."""
    if given.event is not None:
        return None
    asked_back = next((say for say in turn.says if say.response in FALLBACKS), None)
    if asked_back is not None and given.command is None and given.text.strip():
        offered = [str(one.command["intent"]) for one in asked_back.options if one.command.get("kind") == "intent"]
        return Misread(Kind.FALLBACK, tuple(offered or ranked(turn.understood))[:MOST_OFFERED])
    if asked_back is None and _is_contradiction(before or {}, given, turn):
        return Misread(Kind.CORRECTED, (), before=True, chosen=subject_of(given, turn))
    return None


def follows_fallback(before: Mapping[str, Any] | None) -> bool:
    """Whether the message before this one was not understood, so that this one may say what was meant."""
    return bool((before or {}).get("fallbacks"))


def subject_of(given: Input, turn: Turn) -> str | None:
    """The meaning that the customer chose by a tap or by other words; None where this turn does not say."""
    command = given.command or {}
    if command.get("kind") == "intent":
        return str(command.get("intent"))
    if command.get("kind") == "control":
        return PERSON if command.get("control") == PERSON else None
    if command or any(say.response in FALLBACKS for say in turn.says):
        return None
    understood = turn.understood or {}
    name = (understood.get("intent") or {}).get("name")
    return str(name) if understood.get("understood") == "yes" and name and name not in _NO_SUBJECT else None


def ranked(understood: Mapping[str, Any] | None) -> list[str]:
    """The meanings that the classifier found likeliest, without those that are no subject."""
    ranking = (understood or {}).get("intent_ranking") or ()
    return [str(one["name"]) for one in ranking if one.get("name") and one["name"] not in _NO_SUBJECT]


def _is_contradiction(before: Mapping[str, Any], given: Input, turn: Turn) -> bool:
    """What was just done is not what was wanted: the words say so, or a flow is left before its first answer."""
    if given.command is None and _CONTRADICTED.search(plain(given.text)):
        return True
    top = _top(before)
    if top is None or _top(turn.state) is not None or _answers(top):
        return False
    control = (given.command or {}).get("control")
    intent = ((turn.understood or {}).get("intent") or {}).get("name")
    return control == "anuluj" or (given.command is None and intent == "anuluj")


def _top(state: Mapping[str, Any]) -> Mapping[str, Any] | None:
    stack: Sequence[Mapping[str, Any]] = state.get("stack") or ()
    return stack[-1] if stack else None


def _answers(frame: Mapping[str, Any]) -> bool:
    """Whether the customer has answered anything here that was asked; the history holds the questions passed."""
    return bool(frame.get("history"))
