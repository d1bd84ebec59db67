"""The writer's own sex, from the grammar of what they write; kinship, jobs and names say nothing."""

from __future__ import annotations

import re

from bot.language.diacritics import plain, readings_as_typed
from bot.language.dictionary import Reading, governed_cases
from bot.language.message import Clause, clauses
from bot.language.wordsets import words

_PAST = re.compile(r"(?:[łl](?:am|em)|(?:[łl]a|[łl])bym|powinnam|powinienem|winnam|winienem)$")
_PLURAL_FEMININE = re.compile(r"(?:łyśmy|łysmy|lysmy|lyśmy|(?:ł|l)ybysmy|(?:ł|l)ybyśmy)$")
# "zgłosiłam/em", "zglosilem(am)", "zainteresowana/y": who writes so does not tell.
_BOTH = re.compile(
    r"[łl](?:[ae]m)?\s?[/(]\s?-?\s?(?:[łl]?[ae]m|a|e)\b"
    r"|\w(?:a\s?[/(]\s?-?\w{0,2}[yi]|[yi]\s?[/(]\s?-?\w{0,2}a)\b",
    re.IGNORECASE,
)
_SURE_PAST = re.compile(r"(?:[aeiouyąęó]ł|[^\W\d_]bł|gł|zł|sł|dł|kł|rł|chł|tł)(?:am|em)$")
_LONGEST = 2500
_WINDOW = 5
_FUTURE = words("będę bede będe będe")
_BY = words("bym żebym zebym gdybym abym jakbym jeślibym jeslibym jeżelibym choćbym chocbym czybym obym bylebym ażebym")
_SELF_VERBS = words("jestem czuję czuje czułam czułem zostanę zostane")
_MODALS = words(
    "muszę musze mogę moge chcę chce wolę wole powinnam powinienem mam powinnam chciałabym chciałbym chcialabym"
    " chcialbym lubię lubie staram próbuję probuje wolałabym wolałbym"
)
_COPULA = words("być byc")
_ALONE = {"sam": "m", "sama": "f"}
_CLAUSE_BREAKERS = words(
    "który która ktory ktora że ze bo ale gdy kiedy jak żeby zeby czy ponieważ poniewaz jest są były był była"
)


def speaker_gender(text: str) -> str | None:
    """ "f" or "m" where the writer's own grammar tells it; None where it tells nothing, or both."""
    if _BOTH.search(text[:_LONGEST]):
        return None
    said = clauses(text)
    found = {sign for clause in said for sign in _signs(clause)} | _alone_in_clause(said)
    return found.pop() if len(found) == 1 else None


def _signs(clause: Clause) -> set[str]:
    signs: set[str] = set()
    for at, word in enumerate(clause.words):
        sign = _ending(clause, at, word)
        if sign is None and word in _FUTURE:
            sign = _near(clause, at, _past_or_predicate)
        elif sign is None and word in _BY:
            sign = _near(clause, at, _past) or (_behind(clause, at, _past) if word == "bym" else None)
        elif sign is None and word in _SELF_VERBS:
            sign = _near(clause, at, _predicate) or _behind(clause, at, _predicate)
        elif sign is None and word in _COPULA and any(w in _MODALS for w in clause.words[max(0, at - 3) : at]):
            sign = _near(clause, at, _predicate)
        elif sign is None and word in _ALONE:
            sign = _alone(clause, at)
        elif sign is None and word == "jako":
            sign = _as_one(clause, at)
        if sign:
            signs.add(sign)
    return signs


def _ending(clause: Clause, at: int, word: str) -> str | None:
    """A first person in the past or the conditional, or a feminine "we"."""
    if _PLURAL_FEMININE.search(word):
        return "f"
    if not _PAST.search(word):
        return None
    known = readings_as_typed(word)
    own = [r for r in known if r.has("pri") and r.pos in ("praet", "cond", "winien")]
    if not own:
        return _by_form(word) if not known else None
    if len(own) < len(known) and at and governed_cases(clause.words[at - 1]):
        # "z udziałem", "przed działem": a noun after its preposition.
        return None
    if all(r.lemma in _RARE_VERBS for r in own):
        return None
    return _gender(own)


_RARE_VERBS = words("udziać dziać podziać oddziać wydziać zadziać przedziać rozdziać")


def _by_form(word: str) -> str | None:
    """An unknown word (a typo) with an ending that nothing else has."""
    if word.endswith(("łabym", "labym")):
        return "f"
    if word.endswith(("łbym", "lbym")):
        return "m"
    if _SURE_PAST.search(word):
        return "f" if word.endswith("am") else "m"
    if word.endswith(("alam", "ilam", "ylam")) and not word.endswith(("sylam", "dzialam", "wolam", "walam")):
        return "f"
    return None


def _near(clause: Clause, at: int, test: object) -> str | None:
    """The first word after `at` that tells the sex, as far as the next verb or conjunction."""
    assert callable(test)
    for further in range(at + 1, min(len(clause.words), at + 1 + _WINDOW)):
        if clause.words[further] in _CLAUSE_BREAKERS:
            return None
        if sign := test(clause, further):
            return str(sign)
    return None


def _behind(clause: Clause, at: int, test: object) -> str | None:
    """The same one or two words before `at`: "zadowolona jestem"."""
    assert callable(test)
    for before in range(at - 1, max(-1, at - 3), -1):
        if clause.words[before] in _CLAUSE_BREAKERS:
            return None
        if sign := test(clause, before):
            return str(sign)
    return None


def _past(clause: Clause, at: int) -> str | None:
    found = [r for r in readings_as_typed(clause.words[at]) if r.pos == "praet" and r.has("sg", "ter")]
    return _gender(found)


def _predicate(clause: Clause, at: int) -> str | None:
    """An adjective or participle in the nominative that does not belong to a noun beside it."""
    word = clause.words[at]
    if word in _NO_PREDICATES or (at and governed_cases(clause.words[at - 1]) and clause.words[at - 1] != "jako"):
        return None
    known = readings_as_typed(word)
    found = [r for r in known if _is_predicate(r)]
    if not found or _has_noun_beside(clause, at, found):
        return None
    return _gender(found)


def _past_or_predicate(clause: Clause, at: int) -> str | None:
    return _past(clause, at) or _predicate(clause, at)


_NO_PREDICATES = words(
    "ma moja mój moj wasza wasz nasza nasz ta ten jedna jeden cała cały która który taka taki jaka jaki tu to"
)


def _is_predicate(reading: Reading) -> bool:
    if reading.pos == "adjc":
        return True
    if reading.pos in ("adj", "ppas"):
        return reading.has("sg", "nom") and ("f" in reading.atoms or "m1" in reading.atoms)
    return reading.pos == "winien" and reading.has("sg", "ter")


def _has_noun_beside(clause: Clause, at: int, found: list[Reading]) -> bool:
    genders = {atom for r in found for atom in r.atoms & {"f", "m1", "m2", "m3"}}
    nearby = [clause.words[n] for n in (at - 1, at + 1) if 0 <= n < len(clause.words)]
    return any(
        r.pos == "subst" and r.has("sg", "nom") and r.atoms & genders and not r.has("gen")
        for word in nearby
        if plain(word) not in ("jestem", "sie", "juz", "bardzo") and not governed_cases(word)
        for r in readings_as_typed(word)
    )


def _alone(clause: Clause, at: int) -> str | None:
    """ "sama wyślę": sam or sama in a clause whose verb is in the first person."""
    following = clause.words[at + 1] if at + 1 < len(clause.words) else ""
    if any(r.pos in ("subst", "adj", "ppron3") and r.has("nom") for r in readings_as_typed(following)):
        return None
    if following in ("w", "na", "z", "do") and at == 0:
        return None
    first_person = any(
        r.pos in ("fin", "bedzie") and r.has("sg", "pri") for word in clause.words for r in readings_as_typed(word)
    )
    return _ALONE[clause.words[at]] if first_person else None


def _alone_in_clause(said: tuple[Clause, ...]) -> set[str]:
    """ "jestem w szpitalu, sama": set off by commas after a first person."""
    return {
        _ALONE[clause.words[0]]
        for clause, before in zip(said[1:], said, strict=False)
        if len(clause.words) == 1 and clause.words[0] in _ALONE and "jestem" in before.words
    }


def _as_one(clause: Clause, at: int) -> str | None:
    """ "jako poszkodowana zgłaszam": a participle said of oneself, with a verb in the first person."""
    if at + 1 >= len(clause.words):
        return None
    found = [r for r in readings_as_typed(clause.words[at + 1]) if r.pos in ("ppas", "adj") and r.has("sg", "nom")]
    own = any(r.pos == "fin" and r.has("sg", "pri") for word in clause.words for r in readings_as_typed(word))
    return _gender(found) if own else None


def _gender(found: list[Reading]) -> str | None:
    genders = {"f" if r.has("f") else "m" for r in found if r.has("f") or r.has("m1") or r.pos == "adjc"}
    return genders.pop() if len(genders) == 1 else None
