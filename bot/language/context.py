"""What stands around a bracket: the word before, the start of a sentence or of a clause; pure string reading."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import category

_LAST_WORD = re.compile(r"([^\W\d_]+)[ \t\u00a0]+$")
_NEXT_WORD = re.compile(r"^[ \t\u00a0]+([^\W\d_]+)")
# After these a full stop does not end the sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(„])(?:np|tzn|tzw|m\.in|in|ul|al|pl|os|nr|tel|godz|min|dr|mgr|inż|prof|św|im|ok|poz|par|art|ust|pkt|str|ww|wg|r)\.$",
    re.IGNORECASE,
)
# Private-use characters stand for values that are put in later; they count as words.
_BEFORE_SENTENCE = re.compile(r"[^\w.,;:!?…\ue000-\uf8ff]*$")
_CLAUSE_END = re.compile(r"[,;:(–—]\s*$")
_BY = re.compile(
    r"\b(gdyby|żeby|ażeby|aby|by|iżby|jakby|jeśliby|jeżeliby|choćby|chociażby|oby|czyby)\b(?=[^,.;:!?…]*$)",
    re.IGNORECASE,
)
_NIECH = re.compile(r"\bniech(?:aj)?\b(?=[^,.;:!?…]*$)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_CLAUSE_BREAK = re.compile(r"[,.;:!?…()\n–—„”]")
_BULLET = "-–—•*·▪►"


class Context(NamedTuple):
    """The text on both sides of a bracket, as Pan would read it."""

    before: str
    after: str
    literal_before: str = ""
    literal_after: str = ""
    """The neighbouring text as far as the next bracket."""

    @property
    def previous_word(self) -> str:
        found = _LAST_WORD.search(self.before)
        return found.group(1) if found else ""

    @property
    def next_word(self) -> str:
        found = _NEXT_WORD.match(self.after)
        return found.group(1) if found else ""

    @property
    def clause_before(self) -> list[str]:
        """The words of the clause so far."""
        return _WORDS.findall(_CLAUSE_BREAK.split(self.before)[-1])

    @property
    def at_clause_head(self) -> bool:
        return at_sentence_start(self.before) or bool(_CLAUSE_END.search(self.before))

    @property
    def in_by_clause(self) -> bool:
        """After gdyby, żeby, aby: the ending of ty belongs to the conjunction (gdybyś miał)."""
        return bool(_BY.search(self.before))

    @property
    def after_niech(self) -> bool:
        return bool(_NIECH.search(self.before))


def at_sentence_start(before: str) -> bool:
    """Whether the next word begins a sentence. Quotes, brackets, bullets and emoji before it do not count."""
    opening = _BEFORE_SENTENCE.search(before)
    between = opening.group() if opening else ""
    rest = before[: len(before) - len(between)]
    if not rest:
        return True
    if rest[-1] in ".!?…":
        return not _ABBREVIATION.search(rest)
    if any(category(char) == "So" for char in between):
        # An emoji ends what it follows.
        return True
    if "\n" not in between:
        return False
    # A new line is a new sentence, except after a greeting's comma and in a list that ends a sentence.
    return rest[-1] not in ",;" and not (rest[-1] == ":" and any(mark in between for mark in _BULLET))


def agglutinate(before: str) -> str:
    """`before` with the ending of ty on its last conjunction: "gdyby " → "gdybyś "."""
    return _BY.sub(lambda found: found.group() + "ś", before)


def capitalised(text: str) -> str:
    """`text` with its first letter in upper case, also behind quotes and brackets."""
    for at, char in enumerate(text):
        if is_word_character(char):
            return text[:at] + char.upper() + text[at + 1 :]
    return text


def is_word_character(char: str) -> bool:
    """Letters, digits, and the private-use characters that stand for values."""
    return char.isalnum() or "\ue000" <= char <= "\uf8ff"
