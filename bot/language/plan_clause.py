"""Clauses in a bracket: zgłosił Pan, jest Pan pewien, sam; which words follow the customer's person and sex."""

from __future__ import annotations

import re

from bot.language import wording
from bot.language.dictionary import readings
from bot.language.nounphrase import adjective_agreements, noun_agreements
from bot.language.pronouns import PAN_CASES
from bot.language.sheet import BY_WORDS, FINITE_POS, Sheet
from bot.language.slots import Kind
from bot.language.verbs import finite_readings, past_readings, predicate_readings
from bot.language.wordsets import words


def mark_clause(sheet: Sheet) -> None:
    nominative = [at for at in sheet.claimed if sheet.grammar[at] == "nom"]
    candidates = sheet.candidates()
    _refuse_doubtful_subject(sheet, bool(nominative), candidates)
    main = _main_verb(sheet, nominative, candidates)
    if main is not None:
        _verbs(sheet, main, candidates)
    _refuse_wrong_person(sheet)
    _predicates(sheet, main)
    if all(kind is Kind.KEEP for kind in sheet.kinds):
        raise sheet.error(_why_nothing(sheet))
    _refuse_neighbours(sheet, main)


def _refuse_neighbours(sheet: Sheet, main: int | None) -> None:
    """A verb, predicate or noun of a person that belongs to the bracket and was left outside."""
    following = _word_at_start(sheet.context.literal_after)
    if len(sheet.words) == 1 and sheet.grammar[0] == "nom":
        before = _word_at_end(sheet.context.literal_before)
        if _is_bound_verb(following) or _is_bound_verb(before):
            raise sheet.error(wording.VERB_OUTSIDE)
    if main is not None and following == "sam":
        raise sheet.error(wording.PREDICATE_OUTSIDE)
    copula = main is not None and (sheet.is_copula(main) or sheet.lower[-1] in ("być", "zostać", "pozostać"))
    if main is not None and following == "być":
        copula, following = True, _word_at_start(sheet.context.literal_after.partition("być")[2])
    if copula and not sheet.tail.strip():
        if any(r.pos in ("ppas", "adj") for r in predicate_readings(following)):
            raise sheet.error(wording.PREDICATE_OUTSIDE)
        if _names_a_person(following, "inst"):
            raise sheet.error(wording.NOUN_OF_PERSON)


def _refuse_doubtful_subject(sheet: Sheet, has_subject: bool, candidates: list[int]) -> None:
    if has_subject or not sheet.claimed:
        return
    if Kind.POSSESSIVE in sheet.kinds and (candidates or _claims_a_verb(sheet)):
        raise sheet.error(wording.PHRASE_SUBJECT)
    if candidates and not all(sheet.grammar[at] == "voc" for at in sheet.claimed):
        raise sheet.error(wording.OBJECT_AND_VERB)


def _claims_a_verb(sheet: Sheet) -> bool:
    return any(finite_readings(sheet.lower[at]) and sheet.is_only_verb(at) for at in sheet.claimed)


def _main_verb(sheet: Sheet, nominative: list[int], candidates: list[int]) -> int | None:
    if not candidates:
        return None
    future = [at for at in candidates if sheet.lower[at] == "będzie"]
    if future:
        return future[0]
    if nominative:
        return min(candidates, key=lambda at: (abs(at - nominative[0]), at))
    sure = [at for at in candidates if sheet.is_only_verb(at)]
    return (sure or candidates)[0]


def _verbs(sheet: Sheet, main: int, candidates: list[int]) -> None:
    composite = any(r.pos == "bedzie" for r in finite_readings(sheet.lower[main]))
    by = _by_word(sheet, main)
    in_by = bool(past_readings(sheet.lower[main])) and (by is not None or sheet.context.in_by_clause)
    if in_by and by is not None:
        sheet.kinds[by] = Kind.BY
    sheet.agglutinates = in_by and by is None
    sheet.kinds[main] = Kind.PARTICIPLE if in_by else Kind.FINITE
    for at in candidates:
        if at == main or not (sheet.is_only_verb(at) or (composite and past_readings(sheet.lower[at]))):
            continue
        if (composite and past_readings(sheet.lower[at])) or _is_past_of_winien(sheet, at, main):
            sheet.kinds[at] = Kind.PARTICIPLE
        elif sheet.is_linked(at):
            sheet.kinds[at] = sheet.kinds[main]
        elif not _follows_predicative(sheet, at, main):
            raise sheet.error(wording.SECOND_VERB)


def _follows_predicative(sheet: Sheet, at: int, main: int) -> bool:
    """jest Pan winien, jest Pan rad: a verb-like word that is a predicate after a copula."""
    return sheet.is_copula(main) and bool(predicate_readings(sheet.lower[at]))


def _is_past_of_winien(sheet: Sheet, at: int, main: int) -> bool:
    """powinien był: the auxiliary has no ending of its own (powinieneś był)."""
    return sheet.lower[at] == "był" and any(r.pos == "winien" for r in finite_readings(sheet.lower[main]))


def _by_word(sheet: Sheet, main: int) -> int | None:
    return next((at for at in range(main) if sheet.lower[at] in BY_WORDS), None)


def _refuse_wrong_person(sheet: Sheet) -> None:
    subject_elsewhere = bool(sheet.claimed) and all(sheet.grammar[at] != "nom" for at in sheet.claimed)
    if subject_elsewhere:
        return
    for at, word in enumerate(sheet.lower):
        known = readings(word)
        if at in sheet.claimed or not known or finite_readings(word):
            continue
        if all(r.pos in FINITE_POS and not r.has("pri") for r in known):
            raise sheet.error(wording.NOT_MASCULINE)


def _predicates(sheet: Sheet, main: int | None) -> None:
    copula = main is not None and sheet.is_copula(main)
    for at in range(len(sheet.words)):
        if at in sheet.claimed or sheet.kinds[at] is not Kind.KEEP:
            continue
        if copula and _names_a_person(sheet.words[at].text, "inst"):
            raise sheet.error(wording.NOUN_OF_PERSON)
        if predicate_readings(sheet.lower[at]):
            if not _is_attribute(sheet, at):
                _refuse_possible_object(sheet, main, at)
                sheet.kinds[at] = Kind.PREDICATE
        elif _names_a_person(sheet.words[at].text, "nom") and not sheet.words[at].text[:1].isupper():
            raise sheet.error(wording.NOUN_OF_PERSON)
        elif _agrees_with_oblique(sheet, at):
            raise sheet.error(wording.OBLIQUE_ADJECTIVE)


def _refuse_possible_object(sheet: Sheet, main: int | None, at: int) -> None:
    """ "[podał Pan jeden]": without a copula an adjective may stand for a thing instead of the one addressed."""
    if main is None or sheet.is_copula(main) or sheet.lower[at] in _OF_PEOPLE:
        return
    if _SELF_CONTAINED & set(sheet.lower):
        return
    if any(r.has("acc", "m3") for r in readings(sheet.lower[at])):
        raise sheet.error(wording.PREDICATE_DOUBT)


_SELF_CONTAINED = frozenset({"się", "być", "zostać", "pozostać"})
_OF_PEOPLE = words(
    "sam pewien pewny gotowy gotów zdrowy chory ranny trzeźwy pijany zmęczony zdenerwowany przytomny nieprzytomny"
)


def _is_attribute(sheet: Sheet, at: int) -> bool:
    """An adjective beside a masculine noun it agrees with: "nowy numer", "list polecony"."""
    own = {a for a in adjective_agreements(sheet.words[at].text) if a.case in ("nom", "acc")}
    if at and sheet.words[at - 1].text not in PAN_CASES and own & noun_agreements(sheet.words[at - 1].text):
        return True
    for word in sheet.words[at + 1 :]:
        if word.text in PAN_CASES:
            return False
        if own & adjective_agreements(word.text):
            continue
        return bool(own & noun_agreements(word.text))
    return False


def _agrees_with_oblique(sheet: Sheet, at: int) -> bool:
    near = [n for n in (at - 1, at + 1) if n in sheet.claimed and sheet.kinds[n] is Kind.PRONOUN]
    return any(
        r.pos == "adj" and r.has("sg", sheet.grammar[n], "m1")
        for n in near
        for r in readings(sheet.lower[at])
        if sheet.grammar[n] not in ("nom", "voc")
    )


def _why_nothing(sheet: Sheet) -> tuple[str, str]:
    if any(not readings(word) for word in sheet.lower):
        return wording.UNKNOWN
    return wording.NO_WORD


def _names_a_person(word: str, case: str) -> bool:
    known = readings(word)
    if case == "inst" and any(r.lemma in ("osoba", "ofiara") and r.has("sg", "inst") for r in known):
        # One form for both sexes, and still not for several people.
        return True
    nouns = [r for r in known if r.pos == "subst" and r.has("sg", case, "m1")]
    return bool(nouns) and all(r.pos == "subst" for r in known)


def _is_bound_verb(word: str) -> bool:
    """A finite verb in the third person, and nothing else, right beside [Pan]."""
    known = readings(word)
    return bool(finite_readings(word)) and all(r.pos in FINITE_POS for r in known)


def _word_at_start(text: str) -> str:
    found = re.match(r"[ \u00a0]+(?:(?:nie|się|już|też|także|teraz|bardzo|jeszcze|nadal|wciąż) )*([^\W\d_]+)", text)
    return found.group(1) if found else ""


def _word_at_end(text: str) -> str:
    found = re.search(r"([^\W\d_]+)(?: się)?[ \u00a0]+$", text)
    return found.group(1) if found else ""
