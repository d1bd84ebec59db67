"""Takes personal data out of a customer's sentence before an editor reads it or it becomes an example.

Whoever edits does not see conversations; what is shown here must name nobody. Rather too much is masked than too
little: the sentence can still be read, and only its words count for an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from bot.dialogue.answers import find_answers
from bot.language.diacritics import plain
from bot.language.dictionary import readings
from bot.language.names import name_gender
from bot.language.wordsets import words

GAP = "…"
_EMAIL = re.compile(r"\S+@\S+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
# Three digits or more, however they are grouped; "2 auta" and "30 dni" stay.
_NUMBER = re.compile(r"\d(?:[\s./:\-–]{0,3}\d){2,}")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_STREET = re.compile(
    r"(\b(?:ul(?:\.|ic\w*)|al(?:\.|ej\w*)|os(?:\.|iedl\w*)|pl(?:\.|ac\w*))\s+)[^\W\d_]+(?:\s+[^\W\d_]+)?(\s+\d+\w*(?:\s*[/m]\s*\d+)?)?",
    re.IGNORECASE,
)
# After these words people say who they are, in whatever case the keyboard left it.
_INTRODUCED = re.compile(
    r"\b((?:nazywam\s+si[eę]|na\s+imi[eę]\s+mam|mam\s+na\s+imi[eę]|nazwisko(?:\s+to)?|z\s+tej\s+strony|podpisano)[:,]?\s+)"
    r"[^\W\d_]+(?:-[^\W\d_]+)?(?:\s+(?!i\b|a\b|w\b|z\b|o\b|na\b|do\b|mam\b|chc\w*)[^\W\d_]+(?:-[^\W\d_]+)?)?",
    re.IGNORECASE,
)
_PLATES = frozenset({"nr_rejestracyjny", "nr_polisy", "nr_konta"})
_SHORTEST_STEM = 4
_TITLES = words("pan pana panu panem panie pani pania panstwo panstwa panstwu panstwem panowie panow")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:;\n])\W*$")
_PLACED = re.compile(r"\b(?:w|we|z|ze|do|na|od|koło|kolo|pod|przez|okolic\w*)\s+$", re.IGNORECASE)
_LETTER, _DIGIT = re.compile(r"[A-Za-z]"), re.compile(r"\d")


def masked(text: str, now: datetime, names: Iterable[str] = ()) -> str:
    """`text` without names, numbers and addresses. `names`: how this customer is called, as far as is known."""
    text = _LINK.sub(GAP, _EMAIL.sub(GAP, text))
    for found in reversed(find_answers(text, now, _PLATES)):
        text = text[: found.start] + _zeros(text[found.start : found.end]) + text[found.end :]
    text = _NUMBER.sub(lambda digits: _DIGIT.sub("0", digits[0]), text)
    text = _STREET.sub(lambda street: street[1] + GAP, text)
    text = _INTRODUCED.sub(lambda said: said[1] + GAP, text)
    stems = frozenset(_stem(part) for name in names for part in _WORD.findall(name) if len(part) > 2)
    shouted = text.isupper()
    text = _WORD.sub(
        lambda word: GAP if _names_somebody(word[0], text[: word.start()], stems, shouted=shouted) else word[0], text
    )
    return re.sub(rf"{GAP}(?:[\s-]*{GAP})+", GAP, text).strip()


def _zeros(value: str) -> str:
    return _DIGIT.sub("0", _LETTER.sub("X", value))


def _stem(name: str) -> str:
    """What stays of a name in all its cases: Kowalska, Kowalskiej, Kowalską."""
    folded = plain(name)
    return folded[: max(_SHORTEST_STEM - 1, len(folded) - 2)]


def _names_somebody(word: str, before: str, stems: frozenset[str], *, shouted: bool) -> bool:
    """Whether `word`, which stands after `before`, is somebody's name."""
    if any(plain(word).startswith(stem) and len(word) <= len(stem) + 5 for stem in stems):
        return True
    if not word[0].isupper() or plain(word) in _TITLES:
        return False
    at_start = shouted or bool(_SENTENCE_BEGINS.search(before))
    return any(_is_name(part, at_start=at_start, placed=bool(_PLACED.search(before))) for part in word.split("-"))


def _is_name(part: str, *, at_start: bool, placed: bool) -> bool:
    """`at_start`: the capital says nothing; `placed`: after a preposition a town is meant rather than a person."""
    cased = part[:1] + part[1:].lower()
    known = readings(cased)
    labels = {label for one in known for label in one.labels}
    if placed and "nazwa_geograficzna" in labels:
        return False
    common = any(not one.lemma[:1].isupper() and one.pos != "adj" for one in readings(part.lower()))
    if at_start and common:
        return False
    return bool(labels & {"nazwisko", "imię"}) or name_gender(cased) is not None
