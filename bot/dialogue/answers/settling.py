"""From everything that looks like a value to the one answer, or to the reason why there is none.

Knows how people correct and contradict themselves; knows nothing of what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .message import Message
from .model import Answer, Kind, Reason, Rejection, Value


@dataclass(frozen=True)
class Candidate:
    """A place in the folded text and what it would come to: a value, or the reason why not.

    Of several values only the strongest are weighed against each other: "15:30" beats a lone "3".
    """

    start: int
    end: int
    value: Value | None = None
    reason: Reason | None = None
    strength: int = 1


_LINKS = r"(?:(?:w|we|o|na|to|jest|byl[aoy]?|moj|moja|moje|z|po|od|numer|nr|pesel|tel|telefon|konto|godz)[\s:.]+){0,4}"
_NEGATED = re.compile(rf"\bnie\s+{_LINKS}$")
_OUTDATED = re.compile(
    r"\b(?:star[yae]|starego|poprzedni|poprzednia|nieaktualn[yae]|zamiast)\s+(?:[a-z]+[\s:.]+){0,2}$"
)
_CORRECTION = re.compile(
    r"\b(?:przepraszam|sorry|sory|sorki|sorka|soory|pardon|znaczy|tzn|wroc|pomylka|pomylil[ea]m|poprawka|poprawiam|korekta|"
    r"wlasciwie|a raczej|czy raczej|mialo byc|mial byc|chodzilo mi)\b|\bnie\s*[,.;!-]|,\s*(?:a|o)?\s*nie\s+nie\b"
)
_UNSURE = re.compile(
    r"\bnie\s+(?:wiem|pamietam|pamietm|jestem\s+pew|mam\s+pojecia|znam|kojarze|potrafie|orientuje)|"
    r"\btrudno\s+powiedziec|\bciezko\s+powiedziec|\bzapomnial|\bnwm\b|\bniewiem\b|\bniepamietam\b|\bczy\s+ja\s+wiem"
)
_TELLING = (
    Reason.WRONG_CHECKSUM,
    Reason.FOREIGN_ACCOUNT,
    Reason.FOREIGN_CURRENCY,
    Reason.DATE_IN_FUTURE,
    Reason.AMBIGUOUS,
    Reason.IMPOSSIBLE_DATE,
    Reason.IMPOSSIBLE_TIME,
    Reason.OUT_OF_RANGE,
    Reason.WRONG_SHAPE,
    Reason.WRONG_LENGTH,
    Reason.VAGUE,
)
"""Of several reasons the one told to the customer: the one that explains most comes first."""

_REACH = 60


def is_negated(message: Message, start: int) -> bool:
    """Whether "nie" denies what begins at `start`: "nie wczoraj, tylko…", but not "nie, wczoraj"."""
    return _NEGATED.search(message.folded[max(0, start - _REACH) : start]) is not None


def is_unsure(message: Message) -> bool:
    """Whether the writer says that they do not know or remember."""
    return _UNSURE.search(message.folded) is not None


def _is_outdated(message: Message, start: int) -> bool:
    return _OUTDATED.search(message.folded[max(0, start - _REACH) : start]) is not None


def _after_last_correction(message: Message, candidates: list[Candidate]) -> list[Candidate]:
    for index in range(len(candidates) - 1, 0, -1):
        between = message.folded[candidates[index - 1].end : candidates[index].start]
        if len(between) <= _REACH and _CORRECTION.search(between):
            return candidates[index:]
    return candidates


def remaining(message: Message, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The valued candidates that the writer stands by, the strongest only, in the order of the text."""
    stood_by = [c for c in candidates if c.value is not None and not is_negated(message, c.start)]
    stood_by.sort(key=lambda candidate: (candidate.start, -candidate.end))
    current = [c for c in stood_by if not _is_outdated(message, c.start)] or stood_by
    current = _after_last_correction(message, current)
    best = max((c.strength for c in current), default=0)
    return [c for c in current if c.strength == best]


def settle(kind: Kind, message: Message, candidates: Sequence[Candidate]) -> Answer | Rejection:
    """The one value of `kind` the message stands by; two different ones are no answer."""
    values = remaining(message, candidates)
    if len({c.value for c in values}) > 1:
        return Rejection(kind, Reason.AMBIGUOUS)
    if values:
        chosen = values[0]
        assert chosen.value is not None
        return Answer(kind, chosen.value, *message.span(chosen.start, chosen.end))
    reasons = {c.reason for c in candidates if c.reason is not None}
    for reason in _TELLING:
        if reason in reasons:
            return Rejection(kind, reason)
    return Rejection(kind, Reason.UNSURE if is_unsure(message) else Reason.NO_VALUE)
