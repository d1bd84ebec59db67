"""Which case, number and gender a Polish noun phrase stands in, and so which form of Twój goes before it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.language import wording
from bot.language.dictionary import Reading, readings
from bot.language.errors import MarkupError
from bot.language.pronouns import twoj
from bot.language.wordsets import words

_NUMBERS = ("sg", "pl")
_CASES = ("nom", "gen", "dat", "acc", "inst", "loc")
_GENDERS = ("m1", "m2", "m3", "f", "n")
_NOUNS = frozenset({"subst", "ger"})
_MODIFIERS = frozenset({"adj", "ppas", "pact"})
_ALL_CASES = frozenset(_CASES)
# Words of insurance and of the Internet that the dictionary does not know: gender, and whether they inflect.
_EXTRA_NOUNS = {"iban": "m3", "blik": "m3", "nip": "m3", "vin": "m3", "id": "n", "assistance": "n", "messenger": "m3"}


# Real words that nobody means in a message of a company, and that share forms with words everybody means:
# polis (an edge) and polisa, kart (a go-kart) and karta, koda and kod, lato and the plural of rok.
_RARE_LEMMAS = words(
    "polis plika koda telefonia bracia brać:S kart karty żyto oddziałowy:S listowie przyczep wino sum sumo linka linek"
    " kota dna lato stań wieko liście stać:Vi stać:Vp prawa rodzica dana:S rodzic:Sf dokumenta"
)


class Agreement(NamedTuple):
    number: str
    case: str
    gender: str


Agreements = frozenset[Agreement]


def twoj_before(phrase_words: list[str], cases: frozenset[str] = _ALL_CASES, *, bracket: str) -> str:
    """The one form of Twój that agrees with the phrase `phrase_words` in one of `cases`.

    MarkupError where the dictionary knows no noun at its head, or leaves two different forms.
    """
    phrase = agreements(phrase_words)
    if not phrase:
        raise MarkupError(bracket, *wording.PHRASE_UNKNOWN)
    possible = _forms(phrase, cases)
    if not possible:
        raise MarkupError(bracket, *wording.AFTER_PREPOSITION)
    if len(possible) > 1 and cases == _ALL_CASES:
        possible = _without_bare_genitive(phrase) or possible
    if len(possible) > 1 and cases != _ALL_CASES:
        # "z [Pana wiadomości]": where only the number is in doubt, one is meant.
        possible = _forms(frozenset(a for a in phrase if a.number == "sg"), cases) or possible
    if len(possible) > 1:
        raise MarkupError(bracket, *wording.PHRASE_AMBIGUOUS)
    return possible.pop()


def _forms(phrase: Agreements, cases: frozenset[str]) -> set[str]:
    return {twoj(a.number, a.case, a.gender) for a in phrase if a.case in cases}


def _without_bare_genitive(phrase: Agreements) -> set[str]:
    """ "kod" is also a genitive plural (of koda), "list" of lista: never meant where nothing governs a genitive."""
    plural = {a for a in phrase if a.number == "pl" and a.case == "gen"}
    others = phrase - plural
    singular = any(a.number == "sg" and a.case == "nom" for a in others)
    return _forms(others, _ALL_CASES) if singular and not any(a.number == "pl" for a in others) else set()


def agreements(phrase_words: list[str]) -> Agreements:
    """Every (number, case, gender) in which the phrase can stand; empty if it has no noun at its head."""
    return _phrase(phrase_words, None)


def adjective_agreements(word: str) -> Agreements:
    """Every (number, case, gender) of `word` as an adjective or participle."""
    return _of(word, _MODIFIERS)


def noun_agreements(word: str) -> Agreements:
    """Every (number, case, gender) of `word` as a noun."""
    return _nouns(word) if word else frozenset()


def _phrase(words: list[str], so_far: Agreements | None) -> Agreements:
    if not words:
        return frozenset()
    modifier = _narrow(_of(words[0], _MODIFIERS), so_far)
    if modifier:
        rest = _phrase(words[1:], modifier)
        if rest:
            return rest
    noun = _narrow(_nouns(words[0]), so_far)
    if noun:
        return _with_trailing_adjectives(noun, words[1:])
    # "[Pana najbliższych]": an adjective used as a noun.
    return modifier if so_far is None else frozenset()


def _with_trailing_adjectives(noun: Agreements, words: list[str]) -> Agreements:
    """Adjectives after the noun narrow it: "szkody komunikacyjnej" is a genitive, "komunikacyjne" is not."""
    for at, word in enumerate(words):
        adjective = _of(word, _MODIFIERS)
        following = words[at + 1] if at + 1 < len(words) else ""
        if not adjective & noun or adjective & _nouns(following):
            return noun
        noun &= adjective
    return noun


def _narrow(found: Agreements, so_far: Agreements | None) -> Agreements:
    return found if so_far is None else found & so_far


def _nouns(word: str) -> Agreements:
    extra = _EXTRA_NOUNS.get(word.lower())
    if extra:
        return frozenset(Agreement("sg", case, extra) for case in _CASES if extra == "n" or case in ("nom", "acc"))
    return _of(word, _NOUNS)


@lru_cache(maxsize=2048)
def _of(word: str, parts: frozenset[str]) -> Agreements:
    if not word:
        return frozenset()
    found = [r for r in readings(word) if r.pos in parts or (r.pos == "num" and parts is _MODIFIERS and r.has("congr"))]
    usual = [r for r in found if not r.qualifiers and r.lemma not in _RARE_LEMMAS] or found
    if not word[:1].isupper():
        usual = [r for r in usual if not r.lemma[:1].isupper()] or usual
    return frozenset(agreement for r in usual for agreement in _expand(r))


def _expand(reading: Reading) -> list[Agreement]:
    return [
        Agreement(number, case, gender)
        for number in _NUMBERS
        for case in _CASES
        for gender in _GENDERS
        if reading.has(number, case, gender)
    ]
