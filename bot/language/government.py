"""Which cases a noun phrase can stand in after what precedes it: prepositions, nouns, verbs with a genitive."""

from __future__ import annotations

import re

from bot.language.context import Context
from bot.language.dictionary import governed_cases, readings
from bot.language.nounphrase import agreements
from bot.language.pronouns import twoj

_ALL = frozenset({"nom", "gen", "dat", "acc", "inst", "loc"})
_GENITIVE = frozenset({"gen"})
_DIRECT = frozenset({"nom", "acc"})
_NOUNS = frozenset({"subst", "ger"})
# Verbs whose object stands in the genitive; only asked where the phrase alone leaves a doubt.
_GENITIVE_VERBS = frozenset(
    ("dotyczyć", "potrzebować", "wymagać", "szukać", "poszukiwać", "używać", "oczekiwać", "udzielić", "udzielać")
    + ("dokonać", "dokonywać", "pilnować", "żądać", "odmówić", "odmawiać", "brakować", "zabraknąć", "unikać")
    + ("bronić", "słuchać", "uczyć", "zabrakło", "brak")
)


def phrase_cases(before: str, previous: str, words: list[str], context: Context) -> frozenset[str]:
    """The cases left to the phrase `words` (after Pana) by its surroundings; all six where they say nothing."""
    governed = governed_cases(previous)
    if governed:
        return governed
    if not _is_doubtful(words):
        return _ALL
    return _after_verb_or_noun(before, previous) or _as_subject(words, context) or _ALL


def _is_doubtful(words: list[str]) -> bool:
    return len({twoj(a.number, a.case, a.gender) for a in agreements(words)}) > 1


def _after_verb_or_noun(before: str, previous: str) -> frozenset[str]:
    known = readings(previous.lower())
    if not known:
        return frozenset()
    near = [previous, *_behind_particle(before)]
    lemmas = {r.lemma.partition(":")[0] for word in near for r in readings(word.lower())}
    if lemmas & _GENITIVE_VERBS:
        return _GENITIVE
    negated = before.lower().split()[-2:-1] == ["nie"]
    if all(r.pos in _NOUNS for r in known) and not negated:
        # "w sprawie [Pana szkody]": a noun right after a noun is its genitive.
        return _GENITIVE
    verbal = [r for r in known if r.pos in ("fin", "praet", "cond", "inf", "impt", "bedzie")]
    if verbal and (negated or len(verbal) == len(known)):
        if negated:
            # "nie znaleźliśmy [Pana szkody]"; in the third person the phrase may be the subject instead.
            return _GENITIVE if any(r.has("pri") or r.pos == "inf" for r in verbal) else frozenset()
        return _DIRECT
    return frozenset()


def _behind_particle(before: str) -> list[str]:
    """The word before "to" or "się": "Dotyczy to [Pana szkody]"."""
    words = before.split()
    return words[-2:-1] if words and words[-1] in ("to", "się", "też", "także", "również") else []


def _as_subject(phrase_words: list[str], context: Context) -> frozenset[str]:
    """What the verb right after the phrase says: "[Pana szkody] zostały…", "[Pana OC] jest…", "[Pana żony] nie ma"."""
    following = _NEXT_WORDS.match(context.after)
    if not following:
        return frozenset()
    negated, word = bool(following.group(1)), following.group(2).lower()
    verbs = [r for r in readings(word) if r.pos in ("fin", "praet", "cond", "bedzie") and r.has("ter")]
    if not verbs or (len(verbs) < len(readings(word)) and word not in ("ma", "jest")):
        return frozenset()
    if all(r.has("pl") for r in verbs):
        return frozenset({"nom"})
    if negated and word in ("ma", "było", "będzie"):
        return _GENITIVE
    return (
        frozenset({"nom"})
        if any(a.number == "sg" and a.case == "nom" for a in agreements(phrase_words))
        else frozenset()
    )


_NEXT_WORDS = re.compile(r"[ \u00a0]+(nie )?([^\W\d_]+)")
