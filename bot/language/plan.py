"""What each word of a bracket is (pronoun, possessive, verb, predicate, imperative), decided once for all addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bot.language import wording
from bot.language.context import Context
from bot.language.dictionary import governed_cases, readings
from bot.language.errors import MarkupError
from bot.language.government import phrase_cases
from bot.language.nounphrase import adjective_agreements, agreements, noun_agreements, twoj_before
from bot.language.pronouns import LETTERS, PAN_CASES
from bot.language.syntax import Bracket, Token
from bot.language.verbs import finite_readings, infinitive_readings, past_readings, predicate_readings
from bot.language.wordsets import words as word_set

ALL_CASES = frozenset(LETTERS.values()) - {"voc"}
BY_WORDS = frozenset({"gdyby", "żeby", "ażeby", "aby", "by", "iżby", "jakby", "jeśliby", "jeżeliby", "choćby", "oby"})
CLITICS = frozenset({"się", "mi", "nam", "go", "ją", "je", "ich", "im", "mu", "jej", "to", "sobie"})
_LINKS = frozenset({"i", "a", "oraz", "lub", "albo", "bądź", "ani", "ale", "lecz", "potem", "następnie", "później"})
_SKIPPED = frozenset({"nie", "się", "też", "także", "również", "już", "jeszcze", "ponownie", "potem", "następnie"})
_COPULAS = frozenset({"być", "zostać", "zostawać", "stać", "pozostać", "pozostawać", "czuć", "bywać"})
_OTHER_PRONOUNS = word_set(
    "pani panią państwo państwa państwu państwem panowie panów ty ciebie cię ci tobie tobą"
    " twój twoja twoje twojego twojej twoją twoim twoich"
)


class Kind(Enum):
    """What becomes of a word when the address changes."""

    KEEP = "keep"
    PRONOUN = "pronoun"
    POSSESSIVE = "possessive"
    FINITE = "finite"
    PARTICIPLE = "participle"  # past form without a person's ending: będziesz mógł, gdybyś mógł
    PREDICATE = "predicate"
    BY = "by"  # a conjunction that takes the ending of ty: gdybyś
    PLEASE = "please"  # proszę, niech: left out before an imperative
    IMPERATIVE = "imperative"  # an infinitive that becomes an imperative for ty
    ORDER = "order"  # a finite verb after niech that becomes an imperative for ty


@dataclass(frozen=True)
class Slot:
    """One word of the bracket; `grammar` is a pronoun's case or the form of Twój."""

    kind: Kind
    text: str
    grammar: str = ""
    stressed: bool = False
    gap: str = ""
    """What stands between the previous word and this one."""


@dataclass(frozen=True)
class Plan:
    slots: tuple[Slot, ...]
    tail: str
    agglutinates: bool = False
    """The ending of ty goes to a conjunction that stands before the bracket."""


@lru_cache(maxsize=512)
def plan(bracket: Bracket, context: Context) -> Plan:
    """The plan of `bracket`; MarkupError where the dictionary or the syntax leaves a doubt."""
    return _Planner(bracket, context).plan()


class _Planner:
    def __init__(self, bracket: Bracket, context: Context) -> None:
        self.source = bracket.source
        self.context = context
        self.words, self.gaps, self.tail = _words(bracket.tokens)
        self.lower = [word.text.lower() for word in self.words]
        self.kinds: list[Kind] = [Kind.KEEP] * len(self.words)
        self.grammar: list[str] = [""] * len(self.words)
        self.stressed: list[bool] = [False] * len(self.words)
        self.claimed: set[int] = set()
        self.agglutinates = False

    def plan(self) -> Plan:
        if not self.words:
            raise self._error(wording.NO_WORD)
        self._refuse_other_addresses()
        first = self.lower[0]
        self._pronouns()
        if first in ("proszę", "prosimy") and self._has_command(1):
            self._command(1)
            self.kinds[0] = Kind.PLEASE
        elif self._has_command(0):
            self._refuse_governed_infinitive()
            self._command(0)
        elif first in ("niech", "niechaj") and "Pan" in self._texts():
            self._order()
        else:
            self._clause()
        slots = tuple(
            Slot(kind, word.text, grammar, stressed, gap)
            for kind, word, grammar, stressed, gap in zip(
                self.kinds, self.words, self.grammar, self.stressed, self.gaps, strict=True
            )
        )
        return Plan(slots, self.tail, self.agglutinates)

    # Pronouns and possessives

    def _refuse_other_addresses(self) -> None:
        for word in self.words:
            lower = word.text.lower()
            if lower in _OTHER_PRONOUNS and word.text not in PAN_CASES:
                raise self._error(wording.NOT_PAN)
            if lower.capitalize() in PAN_CASES and word.text not in PAN_CASES:
                raise self._error(wording.LOWER_PAN)
            if word.text.startswith("Pańsk"):
                raise self._error(wording.NOT_PAN)

    def _pronouns(self) -> None:
        for at, word in enumerate(self.words):
            if word.text not in PAN_CASES:
                continue
            phrase = self._phrase_after(at) if word.text == "Pana" else []
            if phrase:
                self._possessive(at, phrase)
            else:
                self._pronoun(at, word)

    def _phrase_after(self, at: int) -> list[Token]:
        """The words after Pana, as far as no comma stands between, if they begin a noun phrase."""
        phrase: list[Token] = []
        if at + 1 < len(self.words) and _UNREADABLE.search(self.gaps[at + 1]):
            raise self._error(wording.PHRASE_UNKNOWN)
        for following in range(at + 1, len(self.words)):
            if self.gaps[following].strip():
                break
            phrase.append(self.words[following])
        if not phrase or any(r.pos in ("adv", "prep", "conj", "comp") for r in readings(phrase[0].text)):
            return []
        if not readings(phrase[0].text) and not agreements([phrase[0].text]):
            raise self._error(wording.PHRASE_UNKNOWN)
        return phrase if agreements([word.text for word in phrase]) else []

    def _possessive(self, at: int, phrase: list[Token]) -> None:
        letters = {word.case for word in [self.words[at], *phrase] if word.case}
        words = [word.text for word in phrase]
        if letters:
            cases = frozenset(letters)
        else:
            cases = phrase_cases(self._before(at), self._word_before(at), words, self.context)
        self.kinds[at] = Kind.POSSESSIVE
        self.grammar[at] = twoj_before(words, cases, bracket=self.source)
        self.claimed.update(range(at, at + len(phrase) + 1))

    def _pronoun(self, at: int, word: Token) -> None:
        possible = PAN_CASES[word.text]
        case = word.case or possible[0]
        if case not in possible:
            raise self._error(wording.WRONG_CASE)
        before = self._word_before(at)
        governed = governed_cases(before)
        if governed and case not in governed and case != "nom":
            fitting = [other for other in possible if other in governed]
            if word.case or len(fitting) != 1:
                raise self._error(wording.AFTER_PREPOSITION)
            case = fitting[0]
        self.kinds[at] = Kind.PRONOUN
        self.grammar[at] = case
        self.stressed[at] = self._is_nominative_needed() if case == "nom" else self._is_stressed(at, before)
        self.claimed.add(at)
        if case == "gen" and not word.case and not governed:
            self._refuse_noun_after(at)

    def _is_stressed(self, at: int, before: str) -> bool:
        """After a preposition and at the head of a clause: do Ciebie, Tobie przysługuje."""
        head = at == 0 and self.context.at_clause_head
        return bool(governed_cases(before)) or before.lower() in _STRESSING or head

    def _is_nominative_needed(self) -> bool:
        """Where the verb's ending cannot stand for ty: "[Pan] i żona", "starszy niż [Pan]"."""
        if len(self.words) > 1:
            return False
        if self.context.previous_word.lower() in ("jak", "niż") and not self.context.next_word:
            return True
        return self.context.at_clause_head and self.context.next_word.lower() in _JOINING

    def _refuse_noun_after(self, at: int) -> None:
        """ "[Pana] polisa": the noun has to be in the bracket for Twoja to agree with it."""
        following = _WORD.match(self.context.literal_after.lstrip()) if at == len(self.words) - 1 else None
        if not following or not self.context.literal_after.startswith((" ", "\u00a0")):
            return
        known = readings(following.group())
        if known and all(r.pos in ("subst", "adj", "ger", "ppas", "pact") for r in known):
            raise self._error(wording.NOUN_OUTSIDE)

    # Commands: proszę podać, podać, niech Pan poda

    def _has_command(self, start: int) -> bool:
        """An infinitive comes before any verb or pronoun, "nie", clitics and adverbs apart."""
        for at in range(start, len(self.words)):
            if self.gaps[at].strip() and at > start:
                return False
            if infinitive_readings(self.lower[at]):
                return start > 0 or not self._looks_like_clause(at)
            if start == 0 and self.lower[at] not in ("nie", "się", *CLITICS):
                return False
            if at in self.claimed or self.lower[at] in BY_WORDS or governed_cases(self.lower[at]):
                return False
        return False

    def _looks_like_clause(self, at: int) -> bool:
        return bool(finite_readings(self.lower[at]))

    def _command(self, start: int) -> None:
        if start == 0 and self.claimed:
            raise self._error(wording.INFINITIVE_AND_PRONOUN)
        first = governed = False
        for at in range(start, len(self.words)):
            if at in self.claimed or not infinitive_readings(self.lower[at]):
                self._refuse_instrumental_after_byc(at)
                continue
            if not first or (self._is_linked(at) and not governed):
                first = True
                self.kinds[at] = Kind.IMPERATIVE
            elif self._is_linked(at):
                raise self._error(wording.SECOND_VERB)
            else:
                governed = True

    def _refuse_governed_infinitive(self) -> None:
        """ "Wystarczy [wpisać] numer", "aby [wpisać]": the infinitive depends on another word and stays one."""
        clause = self.context.clause_before
        if not clause or clause[-1].lower() in _LINKS:
            return
        for word in clause:
            known = readings(word.lower())
            if word.lower() in BY_WORDS | _PREDICATIVES or (known and all(r.pos in _FINITE_POS for r in known)):
                raise self._error(wording.GOVERNED_INFINITIVE)

    def _refuse_instrumental_after_byc(self, at: int) -> None:
        if at and self.lower[at - 1] == "być" and any(r.has("inst", "sg") for r in readings(self.lower[at])):
            raise self._error(wording.NOUN_OF_PERSON)

    def _order(self) -> None:
        self.kinds[0] = Kind.PLEASE
        verbs = [at for at in self._candidates() if self.lower[at] not in ("niech", "niechaj")]
        if not verbs:
            raise self._error(wording.NO_WORD)
        for at in verbs:
            if at == verbs[0] or self._is_linked(at):
                self.kinds[at] = Kind.ORDER

    # Clauses: zgłosił Pan, jest Pan pewien, sam

    def _clause(self) -> None:
        nominative = [at for at in self.claimed if self.grammar[at] == "nom"]
        candidates = self._candidates()
        self._refuse_doubtful_subject(bool(nominative), candidates)
        main = self._main_verb(nominative, candidates)
        if main is not None:
            self._verbs(main, candidates)
        self._refuse_wrong_person()
        self._predicates(main)
        if all(kind is Kind.KEEP for kind in self.kinds):
            raise self._error(self._why_nothing())
        self._refuse_neighbours(main)

    def _refuse_neighbours(self, main: int | None) -> None:
        """A verb, predicate or noun of a person that belongs to the bracket and was left outside."""
        following = _word_at_start(self.context.literal_after)
        if len(self.words) == 1 and self.grammar[0] == "nom":
            before = _word_at_end(self.context.literal_before)
            if _is_bound_verb(following) or _is_bound_verb(before):
                raise self._error(wording.VERB_OUTSIDE)
        if main is not None and following == "sam":
            raise self._error(wording.PREDICATE_OUTSIDE)
        if main is not None and self._is_copula(main) and not self.tail.strip():
            known = readings(following)
            if known and all(r.pos in ("ppas", "adj") for r in known) and predicate_readings(following):
                raise self._error(wording.PREDICATE_OUTSIDE)
            if _names_a_person(following, "inst"):
                raise self._error(wording.NOUN_OF_PERSON)

    def _candidates(self) -> list[int]:
        return [at for at, word in enumerate(self.lower) if at not in self.claimed and finite_readings(word)]

    def _refuse_doubtful_subject(self, has_subject: bool, candidates: list[int]) -> None:
        if has_subject or not self.claimed:
            return
        if Kind.POSSESSIVE in self.kinds and (candidates or self._claims_a_verb()):
            raise self._error(wording.PHRASE_SUBJECT)
        if candidates and not all(self.grammar[at] == "voc" for at in self.claimed):
            raise self._error(wording.OBJECT_AND_VERB)

    def _claims_a_verb(self) -> bool:
        return any(finite_readings(self.lower[at]) and self._is_only_verb(at) for at in self.claimed)

    def _is_only_verb(self, at: int) -> bool:
        return all("ter" in r.atoms or r.pos in ("impt", "praet") for r in readings(self.lower[at]))

    def _main_verb(self, nominative: list[int], candidates: list[int]) -> int | None:
        if not candidates:
            return None
        future = [at for at in candidates if self.lower[at] == "będzie"]
        if future:
            return future[0]
        if nominative:
            return min(candidates, key=lambda at: (abs(at - nominative[0]), at))
        sure = [at for at in candidates if self._is_only_verb(at)]
        return (sure or candidates)[0]

    def _verbs(self, main: int, candidates: list[int]) -> None:
        composite = any(r.pos == "bedzie" for r in finite_readings(self.lower[main]))
        by = self._by_word(main)
        in_by = bool(past_readings(self.lower[main])) and (by is not None or self.context.in_by_clause)
        if in_by and by is not None:
            self.kinds[by] = Kind.BY
        self.agglutinates = in_by and by is None
        self.kinds[main] = Kind.PARTICIPLE if in_by else Kind.FINITE
        for at in candidates:
            if at == main or not (self._is_only_verb(at) or (composite and past_readings(self.lower[at]))):
                continue
            if (composite and past_readings(self.lower[at])) or self._is_past_of_winien(at, main):
                self.kinds[at] = Kind.PARTICIPLE
            elif self._is_linked(at):
                self.kinds[at] = self.kinds[main]
            elif not self._follows_predicative(at, main):
                raise self._error(wording.SECOND_VERB)

    def _follows_predicative(self, at: int, main: int) -> bool:
        """jest Pan winien, jest Pan rad: a verb-like word that is a predicate after a copula."""
        return self._is_copula(main) and bool(predicate_readings(self.lower[at]))

    def _is_past_of_winien(self, at: int, main: int) -> bool:
        """powinien był: the auxiliary has no ending of its own (powinieneś był)."""
        return self.lower[at] == "był" and any(r.pos == "winien" for r in finite_readings(self.lower[main]))

    def _by_word(self, main: int) -> int | None:
        return next((at for at in range(main) if self.lower[at] in BY_WORDS), None)

    def _is_linked(self, at: int) -> bool:
        """Whether a conjunction or a comma ties the verb at `at` to the one before it."""
        back = at - 1
        while back >= 0 and self.lower[back] in _SKIPPED and "," not in self.gaps[back + 1]:
            back -= 1
        return back >= 0 and (self.lower[back] in _LINKS or "," in self.gaps[back + 1])

    def _refuse_wrong_person(self) -> None:
        subject_elsewhere = bool(self.claimed) and all(self.grammar[at] != "nom" for at in self.claimed)
        if subject_elsewhere:
            return
        for at, word in enumerate(self.lower):
            known = readings(word)
            if at in self.claimed or not known or finite_readings(word):
                continue
            if all(r.pos in _FINITE_POS and not r.has("pri") for r in known):
                raise self._error(wording.NOT_MASCULINE)

    def _predicates(self, main: int | None) -> None:
        copula = main is not None and self._is_copula(main)
        for at in range(len(self.words)):
            if at in self.claimed or self.kinds[at] is not Kind.KEEP:
                continue
            if copula and _names_a_person(self.words[at].text, "inst"):
                raise self._error(wording.NOUN_OF_PERSON)
            if predicate_readings(self.lower[at]):
                if not self._is_attribute(at):
                    self.kinds[at] = Kind.PREDICATE
            elif _names_a_person(self.words[at].text, "nom"):
                raise self._error(wording.NOUN_OF_PERSON)
            elif self._agrees_with_oblique(at):
                raise self._error(wording.OBLIQUE_ADJECTIVE)

    def _is_copula(self, at: int) -> bool:
        return any(r.lemma.partition(":")[0] in _COPULAS for r in finite_readings(self.lower[at]))

    def _is_attribute(self, at: int) -> bool:
        """An adjective beside a masculine noun it agrees with: "nowy numer", "list polecony"."""
        own = {a for a in adjective_agreements(self.words[at].text) if a.case in ("nom", "acc")}
        if at and self.words[at - 1].text not in PAN_CASES and own & noun_agreements(self.words[at - 1].text):
            return True
        for word in self.words[at + 1 :]:
            if word.text in PAN_CASES:
                return False
            if own & noun_agreements(word.text):
                return True
            if not own & adjective_agreements(word.text):
                return False
        return False

    def _agrees_with_oblique(self, at: int) -> bool:
        near = [n for n in (at - 1, at + 1) if n in self.claimed and self.kinds[n] is Kind.PRONOUN]
        return any(
            r.pos == "adj" and r.has("sg", self.grammar[n], "m1")
            for n in near
            for r in readings(self.lower[at])
            if self.grammar[n] not in ("nom", "voc")
        )

    def _why_nothing(self) -> tuple[str, str]:
        if any(not readings(word) for word in self.lower):
            return wording.UNKNOWN
        return wording.NO_WORD

    # Small words

    def _texts(self) -> list[str]:
        return [word.text for word in self.words]

    def _before(self, at: int) -> str:
        """Everything that stands before word `at`, in the bracket and in front of it."""
        inside = "".join(gap + word.text for gap, word in zip(self.gaps[:at], self.words[:at], strict=True))
        return self.context.before + inside + self.gaps[at]

    def _word_before(self, at: int) -> str:
        return Context(self._before(at), "").previous_word

    def _error(self, reason: tuple[str, str]) -> MarkupError:
        return MarkupError(self.source, *reason)


_WORD = re.compile(r"[^\W\d_]+")
# "[Pana 2 polisy]", "[Pana „nowy” numer]": a number or a quotation hides what Twój would agree with.
_UNREADABLE = re.compile(r"[\d„”\"«»(]")
_JOINING = frozenset({"i", "oraz", "lub", "albo", "czy", "ani"})
_FINITE_POS = frozenset({"fin", "bedzie", "praet", "cond", "winien"})
_PREDICATIVES = frozenset({"można", "trzeba", "warto", "należy", "wystarczy", "wolno", "może", "żeby", "by"})
_STRESSING = frozenset({"niż", "tylko", "właśnie", "albo", "lub", "ani", "nie"})


def _names_a_person(word: str, case: str) -> bool:
    known = readings(word)
    nouns = [r for r in known if r.pos == "subst" and r.has("sg", case, "m1")]
    return bool(nouns) and all(r.pos == "subst" for r in known)


def _is_bound_verb(word: str) -> bool:
    """A finite verb in the third person, and nothing else, right beside [Pan]."""
    known = readings(word)
    return bool(finite_readings(word)) and all(r.pos in _FINITE_POS for r in known)


def _word_at_start(text: str) -> str:
    found = re.match(r"[ \u00a0]+(?:(?:nie|się) )*([^\W\d_]+)", text)
    return found.group(1) if found else ""


def _word_at_end(text: str) -> str:
    found = re.search(r"([^\W\d_]+)(?: się)?[ \u00a0]+$", text)
    return found.group(1) if found else ""


def _words(tokens: tuple[Token, ...]) -> tuple[list[Token], list[str], str]:
    """The words, what stands before each of them, and what stands after the last."""
    words: list[Token] = []
    gaps: list[str] = []
    gap = ""
    for token in tokens:
        if token.is_word:
            words.append(token)
            gaps.append(gap)
            gap = ""
        else:
            gap += token.text
    return words, gaps, gap
