"""Nouns and names of places in any case and number, from the dictionary; knows phrases of adjectives and one noun."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.language.dictionary import Reading, forms, readings

_NOUNS = frozenset({"subst", "ger"})
_ADJECTIVES = frozenset({"adj", "ppas", "pact"})
_GENDERS = ("m1", "m2", "m3", "f", "n")
_PLACE = frozenset({"nazwa_geograficzna", "człon_nazwy_geograficznej"})
_UNUSUAL = frozenset({"daw.", "rzad.", "przest.", "niepopr.", "pot.", "hom.", "arch."})


class UninflectableError(ValueError):
    """A phrase that the dictionary cannot put into another case; write it so that no other case is needed."""


class Head(NamedTuple):
    """The noun of a phrase in the nominative: where it stands, its reading, its number and gender."""

    at: int
    reading: Reading
    number: str
    gender: str


@lru_cache(maxsize=2048)
def decline(phrase: str, case: str, number: str | None = None) -> str:
    """`phrase` (nominative: "Nowy Sącz", "nowy dokument") in `case` ("gen", "loc", …) and `number` ("sg", "pl").

    Without `number` the phrase keeps its own (Katowice stay plural). UninflectableError for an unknown word.
    """
    words = phrase.split()
    if not words:
        raise UninflectableError("nothing to decline")
    head = _head(words)
    return " ".join(_decline_word(words, at, head, case, number or head.number) for at in range(len(words)))


def gender_of(phrase: str) -> str:
    """The grammatical gender of the noun that heads `phrase`: m1, m2, m3, f or n."""
    return _head(phrase.split()).gender


def _head(words: list[str]) -> Head:
    """The first noun in the nominative that is not an adjective of a later one."""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        found = _nominatives(word.rpartition("-")[2] if "-" in word and not readings(word) else word)
        if not found or (_may_qualify(word, words[at + 1 :]) and not _is_place(found)):
            continue
        reading = min(found, key=lambda r: _rank(r, word, following))
        number = "sg" if reading.has("sg") else "pl"
        return Head(at, reading, number, _gender(reading))
    raise UninflectableError("no noun in the nominative at the head of the phrase")


def _may_qualify(word: str, later: list[str]) -> bool:
    """Whether `word` is an adjective of a noun further on: "nowa polisa"."""
    adjectives = [r for r in readings(word) if r.pos in _ADJECTIVES and r.has("nom")]
    return any(a.has(_gender(n)) for a in adjectives for other in later for n in _nominatives(other))


def _is_place(found: list[Reading]) -> bool:
    return any(r.labels & _PLACE for r in found)


def _nominatives(word: str) -> list[Reading]:
    return [r for r in readings(word) if r.pos in _NOUNS and r.has("nom")]


def _gender(reading: Reading) -> str:
    return next(gender for gender in _GENDERS if gender in reading.atoms)


def _rank(reading: Reading, word: str, following: str) -> tuple[bool, bool, bool, bool, bool]:
    """A place before a surname for a capitalised word; what the next adjective agrees with; the unmarked first."""
    place = bool(reading.labels & _PLACE) if word[:1].isupper() else not reading.lemma[:1].isupper()
    adjectives = [r for r in readings(following) if r.pos in _ADJECTIVES and r.has("nom")]
    agrees = not adjectives or any(r.has(_gender(reading)) for r in adjectives)
    # An indeclinable reading (a woman's surname) only if there is no other.
    return (not place, not agrees, reading.has("gen", "inst"), bool(reading.qualifiers), not reading.has("sg"))


def _decline_word(words: list[str], at: int, head: Head, case: str, number: str) -> str:
    word = words[at]
    if at == head.at and readings(word):
        return _form(head.reading, word, ("subst", "ger"), (number, case))
    if "-" in word and not readings(word):
        return "-".join(decline(part, case, number) for part in word.split("-"))
    own = [r for r in readings(word) if r.pos in _ADJECTIVES and r.has("nom", head.number, head.gender)]
    if own and abs(at - head.at) <= 2:
        return _form(own[0], word, tuple(_ADJECTIVES), (number, case, head.gender))
    if at < head.at:
        raise UninflectableError("a word before the noun does not agree with it")
    # "numer telefonu", "odpis księgi": what follows the noun stays as it is.
    return word


def _form(reading: Reading, word: str, parts: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    kept = reading.atoms & {"pos", "com", "sup", "aff", "neg", "perf", "imperf", "ncol", "col", "pt"}
    if reading.pos in _NOUNS:
        wanted = (*wanted, _gender(reading))
    found = [r for r in forms(reading.lemma) if r.pos in parts and r.has(*wanted, *kept)]
    usual = [r for r in found if not _marks(r) & _UNUSUAL] or found
    if not usual:
        raise UninflectableError("the dictionary lacks this form")
    form = usual[0].form
    return form[:1].upper() + form[1:] if word[:1].isupper() else form


def _marks(reading: Reading) -> frozenset[str]:
    return frozenset(mark.strip() for label in reading.qualifiers for mark in label.split(","))
