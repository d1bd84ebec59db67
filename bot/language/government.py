"""Which cases a noun phrase can stand in after what precedes it: prepositions, nouns, verbs with a genitive."""

from __future__ import annotations

import re

from bot.language.context import Context
from bot.language.dictionary import Reading, governed_cases, readings
from bot.language.nounphrase import agreements
from bot.language.pronouns import twoj
from bot.language.wordsets import words

_ALL = frozenset({"nom", "gen", "dat", "acc", "inst", "loc"})
_GENITIVE = frozenset({"gen"})
_DIRECT = frozenset({"nom", "acc"})
_ACCUSATIVE = frozenset({"acc"})
_NOUNS = frozenset({"subst", "ger"})
# Verbs whose object stands in the genitive; only asked where the phrase alone leaves a doubt.
_GENITIVE_VERBS = words(
    "dotyczyć potrzebować wymagać szukać poszukiwać używać oczekiwać udzielić udzielać dokonać dokonywać pilnować żądać"
    " odmówić odmawiać brakować zabraknąć unikać bronić słuchać uczyć zabrakło brak"
)
# "mamy" is a form of "mama" as well.
_VERBS_FIRST = words("mamy mam ma dajemy płacę pokryję")
# What stands after these is what arrived, waits or expired.
_INTRANSITIVE = words("dotrzeć docierać przyjść nadejść wpłynąć wpływać minąć mijać wygasnąć wygasać czekać zostać być")


def phrase_cases(before: str, previous: str, phrase_words: list[str], context: Context) -> frozenset[str]:
    """The cases left to the phrase `phrase_words` (after Pana) by its surroundings; all six where they say nothing."""
    governed = governed_cases(previous) or _governed_together(before, previous)
    if governed:
        return governed
    if not _is_doubtful(phrase_words):
        return _ALL
    return _after_verb_or_noun(before, previous) or _as_subject(phrase_words, context) or _ALL


def _governed_together(before: str, previous: str) -> frozenset[str]:
    """ "dla [Pana] i [Pana rodziny]": the preposition of the first half governs the second."""
    if previous.lower() not in ("i", "oraz", "lub", "albo", "ani"):
        return frozenset()
    clause = re.split(r"[,.;:!?…()\n–—]", before)[-1].split()
    for word in reversed(clause[-6:-1]):
        if cases := governed_cases(word):
            return cases
    return frozenset()


def _is_doubtful(phrase_words: list[str]) -> bool:
    return len({twoj(a.number, a.case, a.gender) for a in agreements(phrase_words)}) > 1


def _after_verb_or_noun(before: str, previous: str) -> frozenset[str]:
    known = tuple(r for r in readings(previous.lower()) if previous.lower() not in _VERBS_FIRST or r.pos == "fin")
    if not known:
        return frozenset()
    near = [previous, *_behind_particle(before)]
    lemmas = {r.lemma.partition(":")[0] for word in near for r in readings(word.lower())}
    if lemmas & _GENITIVE_VERBS:
        return _GENITIVE
    if previous.lower() in ("to", "oto"):
        return frozenset({"nom"})
    negated = before.lower().split()[-2:-1] == ["nie"]
    if any(r.lemma.partition(":")[0] in _INTRANSITIVE for r in known):
        return frozenset({"nom"})
    is_noun = all(r.pos in _NOUNS for r in known) or any(r.pos in _NOUNS and r.has("sg", "nom") for r in known)
    if is_noun and not negated:
        # "w sprawie [Pana szkody]": a noun right after a noun is its genitive.
        return _GENITIVE
    verbal = [r for r in known if r.pos in ("fin", "praet", "cond", "inf", "impt", "bedzie")]
    if verbal and (negated or len(verbal) == len(known)):
        if negated:
            # "nie znaleźliśmy [Pana szkody]"; in the third person the phrase may be the subject instead.
            return _GENITIVE if any(r.has("pri") or r.pos == "inf" for r in verbal) else frozenset()
        return _ACCUSATIVE if not any(_may_have_subject(r) for r in verbal) else _DIRECT
    return frozenset()


def _may_have_subject(verb: Reading) -> bool:
    """Whether the phrase after the verb may be its subject: "dotarła [Pana wiadomość]"."""
    return verb.has("ter") and not (verb.pos == "praet" and verb.has("m1") and not verb.has("f"))


def _behind_particle(before: str) -> list[str]:
    """The word before "to" or "się": "Dotyczy to [Pana szkody]"."""
    said = before.split()
    return said[-2:-1] if said and said[-1] in ("to", "się", "też", "także", "również") else []


def _as_subject(phrase_words: list[str], context: Context) -> frozenset[str]:
    """What the verb right after the phrase says: "[Pana szkody] zostały…", "[Pana OC] jest…", "[Pana żony] nie ma"."""
    following = _NEXT_WORDS.match(context.after)
    if not following:
        return frozenset()
    negated, word = bool(following.group(1)), following.group(2).lower()
    verbs = [r for r in readings(word) if r.pos in ("fin", "praet", "cond", "bedzie")]
    if not verbs or (len(verbs) < len(readings(word)) and word not in ("ma", "jest")):
        return frozenset()
    if any(r.has("pri") for r in verbs):
        # "[Pana wiadomość] przekazaliśmy dalej": we are the subject.
        return _GENITIVE if negated else _ACCUSATIVE
    if all(r.has("pl") for r in verbs):
        return frozenset({"nom"})
    if negated and word in ("ma", "było", "będzie"):
        return _GENITIVE
    other = _NEXT_WORDS.match(context.after[following.end() :])
    if other and any(r.pos == "subst" and r.has("sg", "nom") for r in readings(other.group(2))):
        # "[Pana odpowiedź] odczytała konsultantka": somebody else may be the subject.
        return frozenset()
    return frozenset({"nom"}) if _may_be_subject_of(verbs, phrase_words) else frozenset()


def _may_be_subject_of(verbs: list[Reading], phrase_words: list[str]) -> bool:
    """Whether the phrase has a nominative singular that a singular verb agrees with."""
    genders = {a.gender for a in agreements(phrase_words) if a.number == "sg" and a.case == "nom"}
    return any(r.pos in ("fin", "bedzie") or r.atoms & genders for r in verbs) if genders else False


_NEXT_WORDS = re.compile(r"[ \u00a0]+(nie )?([^\W\d_]+)")
