"""A verb or pronoun as it should be said to somebody else; turns any address into any other, knows no sentences."""

from __future__ import annotations

from bot.language.address import Address
from bot.language.context import capitalised
from bot.language.dictionary import Reading, forms, readings
from bot.language.errors import MarkupError
from bot.language.pronouns import possessive, pronoun
from bot.language.verbs import finite

_FINITE = frozenset({"fin", "bedzie", "praet", "cond", "winien"})
_GENDERED = frozenset({"praet", "cond", "winien"})
_ASPECTS = frozenset({"perf", "imperf"})
_SUBJECT = {Address.PAN: "Pan", Address.PANI: "Pani", Address.PANSTWO: "Państwo"}

# "mają" is a form of maić, "mieli" of mleć as well.
_COMMON = frozenset({"mieć", "być", "móc", "chcieć", "dać", "wiedzieć"})

CASES = {
    "pan": ("nom",), "pana": ("gen", "acc"), "panu": ("dat", "loc"), "panem": ("inst",), "panie": ("voc",),
    "pani": ("nom", "gen", "dat", "loc"), "panią": ("acc", "inst"),
    "państwo": ("nom",), "państwa": ("gen", "acc"), "państwu": ("dat", "loc"), "państwem": ("inst",),
    "ty": ("nom",), "ciebie": ("gen", "acc"), "ci": ("dat",), "tobie": ("dat", "loc"), "cię": ("acc", "gen"),
    "tobą": ("inst",),
}  # fmt: skip
"""The cases of every pronoun of address, the likeliest first."""

_SPOKEN_TO = {
    **dict.fromkeys(("pan", "pana", "panu", "panem", "panie"), Address.PAN),
    **dict.fromkeys(("pani", "panią"), Address.PANI),
    **dict.fromkeys(("państwo", "państwa", "państwu", "państwem"), Address.PANSTWO),
}


def spoken_to(word: str) -> Address | None:
    """Whom a formal pronoun (lower case) addresses."""
    return _SPOKEN_TO.get(word)


def finite_reading(word: str) -> Reading | None:
    """`word` as a finite verb in the second or third person; None if it is none."""
    found = [r for r in readings(word.lower()) if r.pos in _FINITE and ("sec" in r.atoms or "ter" in r.atoms)]
    return min(found, key=lambda r: r.lemma not in _COMMON) if found else None


def recast_verb(word: str, address: Address) -> str | None:
    """The form of the verb `word` for `address`, without a pronoun; None where it is not certain."""
    reading = finite_reading(word)
    masculine = reading and _third_masculine(reading)
    if not masculine:
        return None
    try:
        said = finite(masculine, address)
    except MarkupError:
        return None
    return capitalised(said) if word[:1].isupper() else said


def recast_imperative(word: str) -> str | None:
    """ "Podaj" → "Proszę podać"."""
    lemmas = {r.lemma.partition(":")[0] for r in readings(word.lower()) if r.pos == "impt" and r.has("sg", "sec")}
    if len(lemmas) != 1:
        return None
    please = "Proszę" if word[:1].isupper() else "proszę"
    return f"{please} {lemmas.pop()}"


def recast_pronoun(word: str, address: Address, case: str | None, *, stressed: bool = False) -> str:
    """The pronoun of `address` in `case`, or in the likeliest case of `word`."""
    return pronoun(address, case or CASES[word.lower()][0], stressed=stressed)


def with_subject(verb: str, address: Address) -> str:
    """ "może" with its pronoun: "może Pani"; nothing is added for ty."""
    subject = _SUBJECT.get(address)
    return f"{verb} {subject}" if subject else verb


def possessive_of(address: Address) -> str | None:
    return possessive(address)


def _third_masculine(reading: Reading) -> str | None:
    wanted = {"sg", "ter"} | (reading.atoms & _ASPECTS) | ({"m1"} if reading.pos in _GENDERED else set())
    found = {r.form for r in forms(reading.lemma) if r.pos == reading.pos and r.has(*wanted) and not r.qualifiers}
    return found.pop() if len(found) == 1 else None
