"""What in a draft addresses the customer otherwise than they are addressed, where it stands and what to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.language import wording
from bot.language.address import Address
from bot.language.compiled import ALL_ADDRESSES, examine
from bot.language.dictionary import Reading, governed_cases, readings
from bot.language.errors import MarkupError
from bot.language.formal import address_at
from bot.language.informal import greeting_at, second_person_at
from bot.language.message import Clause, clauses
from bot.language.nounphrase import adjective_agreements, agreements, noun_agreements, twoj_before
from bot.language.recast import (
    CASES,
    finite_reading,
    possessive_of,
    recast_imperative,
    recast_pronoun,
    recast_verb,
    spoken_to,
    with_subject,
)
from bot.language.verbs import predicate

_COPULAS = frozenset({"być", "zostać", "zostawać", "pozostać"})
_GENDERED = frozenset({"praet", "cond", "winien"})
_GAP = frozenset({"się", "nie", "mi", "nam", "już", "też"})


class Finding(NamedTuple):
    """Characters `start` to `end` of the draft, what stands there, what to write (None: reword), and why."""

    start: int
    end: int
    found: str
    proposed: str | None
    reason: str


def check_draft(draft: str, address: Address) -> list[Finding]:
    """The places of `draft` that address the reader otherwise than as `address`, in order; quotations are left out."""
    said = clauses(draft)
    found = [finding for at in range(len(said)) for finding in _Checker(draft, said, at, address).findings()]
    return sorted(found)


def check_template(template: str, addresses: Iterable[Address] = ALL_ADDRESSES) -> list[tuple[Address, Finding]]:
    """What a text with address markup leaves outside its brackets, per address: "Czy [może Pan] podać Twój numer?".

    Addresses that the markup itself refuses are left out; :func:`bot.language.compile_text` reports those.
    """
    compiled = examine(template, addresses)
    return [
        (address, finding) for address in compiled.sayable for finding in check_draft(compiled.render(address), address)
    ]


class _Checker:
    """One clause of a draft against one address."""

    def __init__(self, draft: str, said: tuple[Clause, ...], at: int, address: Address) -> None:
        self.draft = draft
        self.said = said
        self.at = at
        self.clause = said[at]
        self.address = address
        self.taken: set[int] = set()

    def findings(self) -> Iterator[Finding]:
        for position, word in enumerate(self.clause.words):
            if position in self.taken:
                continue
            if self.address.is_formal and greeting_at(self.clause, position):
                yield self._finding(position, position, "dzień dobry", wording.CASUAL_GREETING)
            elif spoken_to(word) and address_at(self.said, self.at, position):
                yield from self._formal_pronoun(position, word)
            elif second_person_at(self.clause, position):
                yield from self._second_person(position, word)

    # Pan, Pani, Państwo

    def _formal_pronoun(self, position: int, word: str) -> Iterator[Finding]:
        if spoken_to(word) is self.address:
            yield from self._agreement(position, word)
            return
        reason = wording.OTHER_PERSON if self.address.is_formal else wording.SAYS_PAN
        verb = self._verb_beside(position) if "nom" in CASES[word] else None
        if verb is not None:
            yield self._with_verb(position, verb, reason)
        else:
            yield self._finding(position, position, self._other_pronoun(position, word), reason)

    def _with_verb(self, position: int, verb: int, reason: str) -> Finding:
        self.taken.update((position, verb))
        first, last = min(position, verb), max(position, verb)
        recast = recast_verb(self.clause.typed[verb], self.address)
        between = list(self.clause.typed[first + 1 : last])
        proposed: str | None = None
        if recast:
            pronoun = with_subject("", self.address).strip()
            parts = [recast, *between, pronoun] if verb < position else [pronoun, *between, recast]
            proposed = " ".join(part for part in parts if part)
        return self._finding(first, last, proposed, reason)

    def _verb_beside(self, position: int) -> int | None:
        """The finite verb whose subject the pronoun is: right before or after it, small words apart."""
        for step in (-1, 1):
            near = position + step
            while 0 <= near < len(self.clause.words) and self.clause.words[near] in _GAP:
                near += step
            if 0 <= near < len(self.clause.words) and self._is_finite(near):
                return near
        return None

    def _is_finite(self, position: int) -> bool:
        reading = finite_reading(self.clause.words[position])
        return reading is not None and reading.has("ter")

    def _other_pronoun(self, position: int, word: str) -> str | None:
        phrase = list(self.clause.typed[position + 1 : position + 4])
        cases = CASES[word]
        before = self.clause.words[position - 1] if position else ""
        governed = [case for case in cases if case in governed_cases(before)]
        if word in ("pana", "pani", "państwa") and phrase and _begins_phrase(phrase):
            return possessive_of(self.address) or _twoj(phrase, governed_cases(before))
        case = governed[0] if governed else ("dat" if word == "pani" else cases[0])
        return recast_pronoun(word, self.address, case, stressed=bool(governed)) or None

    # Agreement with the right pronoun

    def _agreement(self, position: int, word: str) -> Iterator[Finding]:
        verb = self._verb_beside(position) if "nom" in CASES[word] else None
        if verb is None:
            return
        reading = finite_reading(self.clause.words[verb])
        assert reading is not None
        if not self._agrees(reading, self.clause.words[verb]):
            yield self._finding(verb, verb, recast_verb(self.clause.typed[verb], self.address), wording.WRONG_GENDER)
        if reading.lemma in _COPULAS:
            yield from self._predicates(max(verb, position))

    def _agrees(self, reading: Reading, word: str) -> bool:
        same = [r for r in readings(word) if r.lemma == reading.lemma and r.has("ter")]
        number = "pl" if self.address is Address.PANSTWO else "sg"
        gender = {Address.PAN: "m1", Address.PANI: "f", Address.PANSTWO: "m1"}[self.address]
        return any(r.has(number) and (r.pos not in _GENDERED or r.has(gender)) for r in same)

    def _predicates(self, start: int) -> Iterator[Finding]:
        """ "jest Pani pewien": the predicate shortly after the copula and its subject."""
        for position in range(start + 1, min(start + 4, len(self.clause.words))):
            word = self.clause.words[position]
            masculine = [r for r in readings(word) if r.pos in ("adj", "ppas", "adjc") and _is_masculine(r)]
            if self.address is Address.PAN or not masculine or self._is_attribute(position):
                continue
            try:
                yield self._finding(position, position, predicate(word, self.address), wording.WRONG_GENDER)
            except MarkupError:
                continue

    def _is_attribute(self, position: int) -> bool:
        own = {a for a in adjective_agreements(self.clause.words[position]) if a.case in ("nom", "acc")}
        near = [self.clause.words[n] for n in (position - 1, position + 1) if 0 <= n < len(self.clause.words)]
        return any(own & noun_agreements(word) for word in near if spoken_to(word) is None)

    # Ty

    def _second_person(self, position: int, word: str) -> Iterator[Finding]:
        if self.address.is_formal:
            yield self._finding(position, position, self._formally(position, word), wording.SAYS_TY)
            return
        reading = finite_reading(word)
        if reading is None or reading.pos not in _GENDERED or not reading.has("sec"):
            return
        gender = {"m": "m1", "f": "f", None: ""}[self.address.gender]
        if not gender:
            yield self._finding(position, position, None, wording.GENDER_UNKNOWN)
        elif gender not in reading.atoms:
            recast = recast_verb(self.clause.typed[position], self.address)
            yield self._finding(position, position, recast, wording.WRONG_GENDER)

    def _formally(self, position: int, word: str) -> str | None:
        typed = self.clause.typed[position]
        before = self.clause.words[position - 1] if position else ""
        if word in CASES:
            governed = [case for case in CASES[word] if case in governed_cases(before)]
            return recast_pronoun(word, self.address, governed[0] if governed else None)
        if word.startswith(("twój", "twoj", "twoi", "twe", "twy")):
            return possessive_of(self.address)
        if any(r.pos == "impt" and r.has("sec") for r in readings(word)):
            return recast_imperative(typed)
        recast = recast_verb(typed, self.address)
        return with_subject(recast, self.address) if recast else None

    def _finding(self, first: int, last: int, proposed: str | None, reason: str) -> Finding:
        start, end = self.clause.spans[first][0], self.clause.spans[last][1]
        found = self.draft[start:end]
        if proposed and found[:1].isupper():
            proposed = proposed[:1].upper() + proposed[1:]
        return Finding(start, end, found, proposed, reason)


def _begins_phrase(phrase: list[str]) -> bool:
    known = readings(phrase[0].lower())
    return bool(agreements(phrase)) and all(r.pos in ("subst", "adj", "ger", "ppas", "pact") for r in known)


def _is_masculine(reading: Reading) -> bool:
    return reading.pos == "adjc" or (reading.has("sg", "nom", "m1") and not reading.has("f"))


def _twoj(phrase: list[str], cases: frozenset[str]) -> str | None:
    try:
        return twoj_before(phrase, cases, bracket="") if cases else twoj_before(phrase, bracket="")
    except MarkupError:
        return None
