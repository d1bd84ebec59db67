"""Forms of one verb or predicative adjective for each address, out of the form said to a man called Pan."""

from __future__ import annotations

from bot.language import wording
from bot.language.address import Address
from bot.language.dictionary import Reading, forms, readings
from bot.language.errors import GenderUnknownError, MarkupError
from bot.language.wordsets import pairs

_FINITE = frozenset({"fin", "bedzie", "praet", "cond", "winien"})
_GENDERED = frozenset({"praet", "cond", "winien"})
_ASPECTS = frozenset({"perf", "imperf"})
_DEGREES = frozenset({"pos", "com", "sup"})
_ADJECTIVES = frozenset({"adj", "ppas", "pact"})
# "jaki ma Pan numer": these go with a noun, never with the one addressed.
_POINTING = frozenset({"jaki", "który", "ten", "tamten", "ów", "mój", "nasz", "wasz", "swój", "jakiś", "żaden", "czyj"})
# Two imperatives stand unmarked in the dictionary; these are the ones people write.
_IMPERATIVE_CHOICE = pairs(
    "spojrzeć:spójrz zrozumieć:zrozum znaleźć:znajdź dostać:dostań stać:stój upaść:upadnij jeździć:jeźdź oprzeć:oprzyj"
    " przestać:przestań rozesłać:roześlij nadesłać:nadeślij wysłać:wyślij przesłać:prześlij"
)
# "przemyślał" belongs to przemyśleć, whose plural changes its vowel.
_PLURALS = {"przemyślał": "przemyśleli", "przemyślałby": "przemyśleliby"}
# Grammatical, and rude or unheard of: nobody orders "móż" or "muś".
_NO_IMPERATIVE = frozenset({"móc", "musieć", "woleć", "powinien", "umieć", "widzieć", "chcieć", "lubić"})
# wysłać "to send" and wysłać "to pad out" share a lemma; customer service only ever sends.
_RARE_LEMMAS = ("~cielę",)


def finite_readings(word: str) -> tuple[Reading, ...]:
    """Readings as a finite verb in the third person singular, masculine where it has a gender."""
    return tuple(
        r
        for r in readings(word.lower())
        if r.pos in _FINITE and r.has("sg", "ter") and (r.pos not in _GENDERED or r.has("m1"))
    )


def past_readings(word: str) -> tuple[Reading, ...]:
    return tuple(r for r in finite_readings(word) if r.pos == "praet")


def infinitive_readings(word: str) -> tuple[Reading, ...]:
    found = tuple(r for r in readings(word.lower()) if r.pos == "inf")
    return tuple(r for r in found if not r.lemma.endswith(_RARE_LEMMAS)) or found


def predicate_readings(word: str) -> tuple[Reading, ...]:
    """Readings as an adjective or participle in the nominative singular masculine (pewien, sam, gotów)."""
    return tuple(
        r
        for r in readings(word.lower())
        if (r.pos in _ADJECTIVES and r.has("sg", "nom", "m1") and r.lemma.partition(":")[0] not in _POINTING)
        or r.pos == "adjc"
        or (r.pos == "winien" and r.has("sg", "ter", "m1"))
    )


def finite(word: str, address: Address) -> str:
    """`word` (zgłosił, może) as said to `address`; with the person's ending for ty."""
    if address is Address.PAN:
        return word.lower()
    return _nearest({_finite_form(r, address, word) for r in finite_readings(word)}, word, address)


def participle(word: str, address: Address) -> str:
    """A past form without a personal ending, as after będziesz and gdybyś (mógł, mogła, mogli)."""
    if address in (Address.PAN, Address.TY_M):
        return word.lower()
    if address is Address.TY:
        raise _gendered(word)
    wanted = ("sg", "f", "ter") if address in (Address.PANI, Address.TY_F) else ("pl", "m1", "ter")
    return _nearest({_form(r, "praet", wanted, word) for r in past_readings(word)}, word, address)


def predicate(word: str, address: Address) -> str:
    """`word` (pewien, poinformowany, sam, gotów) as said of the one addressed."""
    if address in (Address.PAN, Address.TY_M):
        return word.lower()
    if address is Address.TY:
        raise _gendered(word)
    feminine = address in (Address.PANI, Address.TY_F)
    return _one({_predicate_form(r, feminine, word) for r in predicate_readings(word)}, word)


def imperative(word: str) -> str:
    """The imperative of an infinitive, for ty; MarkupError where none is in use."""
    found = infinitive_readings(word)
    if any(r.lemma.partition(":")[0] in _NO_IMPERATIVE for r in found):
        raise MarkupError(word, *wording.NO_IMPERATIVE)
    return _one({_imperative_form(r, word) for r in found}, word)


def imperative_of_finite(word: str) -> str:
    """The imperative of the verb of a third-person form (niech Pan poda → podaj)."""
    lemmas = {r.lemma for r in finite_readings(word)}
    return _one({imperative(lemma.partition(":")[0]) for lemma in lemmas}, word)


def _finite_form(reading: Reading, address: Address, word: str) -> str:
    wanted: tuple[str, ...] = ()
    if reading.pos in _GENDERED:
        if address is Address.TY:
            raise _gendered(word)
        wanted = ("f",) if address in (Address.PANI, Address.TY_F) else ("m1",)
    if address is Address.PANI:
        return _form(reading, reading.pos, ("sg", "ter", *wanted), word)
    if address is Address.PANSTWO:
        return _form(reading, reading.pos, ("pl", "ter", *wanted), word)
    return _form(reading, reading.pos, ("sg", "sec", *wanted), word)


def _predicate_form(reading: Reading, feminine: bool, word: str) -> str:
    gender = ("sg", "f") if feminine else ("pl", "m1")
    if reading.pos == "winien":
        return _form(reading, "winien", (*gender, "ter"), word)
    if reading.pos == "adjc":
        return _form(reading, "adj", (*gender, "nom", "pos"), word)
    return _form(reading, reading.pos, (*gender, "nom"), word)


def _imperative_form(reading: Reading, word: str) -> str:
    choice = _IMPERATIVE_CHOICE.get(reading.lemma.partition(":")[0])
    return choice or _form(reading, "impt", ("sg", "sec"), word)


def _form(reading: Reading, pos: str, wanted: tuple[str, ...], word: str) -> str:
    # Aspect, degree and negation stay what they are in the form the author wrote.
    kept = reading.atoms & (_ASPECTS | _DEGREES | {"aff", "neg"})
    found = [r for r in forms(reading.lemma) if r.pos == pos and r.has(*wanted, *kept)]
    usual = [r for r in found if not r.qualifiers] or found
    if pos in _GENDERED:
        return _nearest({r.form for r in usual}, word, None)
    return _one({r.form for r in usual}, word)


def _nearest(candidates: set[str], word: str, address: Address | None) -> str:
    """Of two forms that mean the same (otworzyli, otwarli) the one spelt most like what the author wrote."""
    if address is Address.PANSTWO and word.lower() in _PLURALS:
        return _PLURALS[word.lower()]
    shared = {form: _shared(form, word.lower()) for form in candidates}
    nearest = [form for form in candidates if shared[form] == max(shared.values())]
    if len(nearest) == 1:
        return nearest[0]
    return _one(candidates, word)


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common at the beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _one(candidates: set[str], word: str) -> str:
    if len(candidates) == 1:
        return next(iter(candidates))
    raise MarkupError(word, *(wording.HOMONYM if candidates else wording.UNKNOWN))


def _gendered(word: str) -> GenderUnknownError:
    reason, remedy = wording.GENDERED
    return GenderUnknownError(word, reason, remedy.format(word=word))
