"""What stands in a public comment and should not: values that say who somebody is, and where they begin and end.

Looser than a typed answer: a PESEL with a slip of the finger is somebody's all the same, and people who know that they
should not write an address out write it in words. Helplines are nobody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.answers import find_answers

# In the kinds of bot.dialogue.answers, and documents. A sum or a date says nothing of a person.
SENSITIVE = ("pesel", "nr_konta", "telefon", "email", "nr_polisy", "nr_rejestracyjny", "nr_dokumentu")
EXCERPT = 160
_SAID = r"\W{0,5}(?:(?:to|nr|numer|numerze|o|mam|jest|mój|moj|moja|mojej|osobisty|seria|i)\W+){0,4}"
_NAMED = (
    ("pesel", re.compile(rf"\bpesel\w*{_SAID}(\d(?:[\s.\-]?\d){{9,11}})(?!\d)", re.IGNORECASE)),
    ("nr_polisy", re.compile(rf"\bpolis\w*{_SAID}([A-Z]{{0,4}}[\s/\-]?\d(?:[\s/\-]?\d){{5,}})", re.IGNORECASE)),
    (
        "nr_dokumentu",
        re.compile(rf"\b(?:dow[oó]d\w*|paszport\w*|praw\w* jazdy){_SAID}([A-Z]{{2,3}}\s?\d{{6,7}})\b", re.IGNORECASE),
    ),
    (
        "email",
        re.compile(
            # From the beginning of a word on, and as long as RFC 5321 lets a name be: a comment of 8 000 digits would
            # otherwise be read from each of them to its end.
            r"(?<![\w.+\-])([\w.+\-]{1,64}(?:\s[\w.+\-]{1,64})?\s?(?:\b(?:małpa|malpa)\b|\((?:at|małpa|malpa)\)|\[at\])\s?"
            r"[\w\-]+(?:\s?(?:\.|\b(?:kropka|dot)\b)\s?\w{2,})+)",
            re.IGNORECASE,
        ),
    ),
)
# Free and shared-cost numbers: 800, 801, 804 …
_HELPLINE = re.compile(r"^(?:\+?48)?80[0-48]")


@dataclass(frozen=True, slots=True)
class Place:
    kind: str
    start: int
    end: int


def sensitive(text: str, now: datetime) -> str:
    """The kinds of values in `text` that should not stand in public, each once, by commas; "" for none."""
    found = {place.kind for place in places(text, now)}
    return ",".join(kind for kind in SENSITIVE if kind in found)


def excerpt(text: str, now: datetime) -> str:
    """The beginning of the comment for the private reply, in one line, without what should not stand in it."""
    shown, end = "", 0
    for place in places(text, now):
        shown, end = shown + text[end : place.start] + "…", place.end
    shown = " ".join((shown + text[end:]).split())
    return shown if len(shown) <= EXCERPT else shown[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"


def places(text: str, now: datetime) -> list[Place]:
    """In the order of the text, none within another; what is named beats what merely looks like something."""
    kept: list[Place] = []
    for place in (*_named(text), *_typed(text, now)):
        if all(place.end <= one.start or one.end <= place.start for one in kept):
            kept.append(place)
    return sorted(kept, key=lambda place: place.start)


def _named(text: str) -> Iterator[Place]:
    for kind, pattern in _NAMED:
        yield from (Place(kind, *found.span(1)) for found in pattern.finditer(text))


def _typed(text: str, now: datetime) -> Iterator[Place]:
    for answer in find_answers(text, now, SENSITIVE[:-1]):
        digits = re.sub(r"[^\d+]", "", text[answer.start : answer.end])
        if answer.kind.value != "telefon" or not _HELPLINE.match(digits):
            yield Place(answer.kind.value, answer.start, answer.end)
