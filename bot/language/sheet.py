"""The words of one bracket with what is known of each so far; the questions that every kind of planning asks."""

from __future__ import annotations

from bot.language.context import Context
from bot.language.dictionary import readings
from bot.language.errors import MarkupError
from bot.language.slots import Kind, Plan, Slot
from bot.language.syntax import Bracket, Token
from bot.language.verbs import finite_readings

BY_WORDS = frozenset({"gdyby", "żeby", "ażeby", "aby", "by", "iżby", "jakby", "jeśliby", "jeżeliby", "choćby", "oby"})
LINKS = frozenset({"i", "a", "oraz", "lub", "albo", "bądź", "ani", "ale", "lecz", "potem", "następnie", "później"})
FINITE_POS = frozenset({"fin", "bedzie", "praet", "cond", "winien"})
_SKIPPED = frozenset({"nie", "się", "też", "także", "również", "już", "jeszcze", "ponownie", "potem", "następnie"})
_COPULAS = frozenset({"być", "zostać", "zostawać", "stać", "pozostać", "pozostawać", "czuć", "bywać"})


class Sheet:
    """A bracket being planned. `claimed` are the words that belong to a pronoun or its noun phrase."""

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
        """What has been found out, as a value."""
        slots = tuple(
            Slot(kind, word.text, grammar, stressed, gap)
            for kind, word, grammar, stressed, gap in zip(
                self.kinds, self.words, self.grammar, self.stressed, self.gaps, strict=True
            )
        )
        return Plan(slots, self.tail, self.agglutinates)

    def candidates(self) -> list[int]:
        """The words that can be a finite verb."""
        return [at for at, word in enumerate(self.lower) if at not in self.claimed and finite_readings(word)]

    def is_only_verb(self, at: int) -> bool:
        return all("ter" in r.atoms or r.pos in ("impt", "praet") for r in readings(self.lower[at]))

    def is_copula(self, at: int) -> bool:
        return any(r.lemma.partition(":")[0] in _COPULAS for r in finite_readings(self.lower[at]))

    def is_linked(self, at: int) -> bool:
        """Whether a conjunction or a comma ties the verb at `at` to the one before it."""
        back = at - 1
        while back >= 0 and self.lower[back] in _SKIPPED and "," not in self.gaps[back + 1]:
            back -= 1
        return back >= 0 and (self.lower[back] in LINKS or "," in self.gaps[back + 1])

    def before(self, at: int) -> str:
        """Everything that stands before word `at`, in the bracket and in front of it."""
        inside = "".join(gap + word.text for gap, word in zip(self.gaps[:at], self.words[:at], strict=True))
        return self.context.before + inside + self.gaps[at]

    def word_before(self, at: int) -> str:
        return Context(self.before(at), "").previous_word

    def error(self, reason: tuple[str, str]) -> MarkupError:
        return MarkupError(self.source, *reason)


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
