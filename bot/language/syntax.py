"""From the text of a template to literals and brackets; knows the notation, nothing of Polish."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language import wording
from bot.language.errors import MarkupError
from bot.language.pronouns import LETTERS

_TOKEN = re.compile(r"\\[\[\]|\\]|[\[\]]")
_ZWROT = re.compile(r"(,?\s*)zwrot(\s*,?)\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SIE = re.compile(r"[ \u00a0]+się[ \u00a0]+(?:nie[ \u00a0]+)?")
_LETTER = re.compile(r":(Ms|[A-Za-z]{1,2})(?!\w)")


@dataclass(frozen=True)
class Literal:
    text: str


@dataclass(frozen=True)
class Zwrot:
    """The vocative address; `before` and `after` are the comma and space that come and go with it."""

    before: str
    after: str


@dataclass(frozen=True)
class Alternatives:
    """The author's own forms, in the order Pan, Pani, Państwo, ty, ty to a woman, ty to somebody."""

    source: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A word of a bracket with the case letter after it, or what stands between words."""

    text: str
    is_word: bool
    case: str | None = None


@dataclass(frozen=True)
class Bracket:
    """Words to be inflected; `neutral` is the author's form for ty when the sex is not known."""

    source: str
    tokens: tuple[Token, ...]
    neutral: str | None = None

    @property
    def as_written(self) -> str:
        """What stands there for Pan."""
        return "".join(token.text for token in self.tokens)


Part = Literal | Zwrot | Alternatives | Bracket


def escape(text: str) -> str:
    """`text` so that the markup leaves it alone: for what customers and databases put into a template."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def parse(template: str) -> tuple[Part, ...]:
    """The parts of `template` in order; MarkupError for brackets that do not pair."""
    parts: list[Part] = []
    literal: list[str] = []
    at = 0
    while found := _TOKEN.search(template, at):
        literal.append(template[at : found.start()])
        at = found.end()
        if found.group() == "[":
            inside, at = _inside(template, at)
            if text := "".join(literal):
                parts.append(Literal(text))
            literal = []
            parts.append(_bracket(inside))
        elif found.group() == "]":
            raise MarkupError(template[max(0, found.start() - 15) : at], *wording.STRAY_CLOSE)
        else:
            literal.append(found.group()[1])
    if text := "".join([*literal, template[at:]]):
        parts.append(Literal(text))
    return _joined_by_sie(parts)


def _joined_by_sie(parts: list[Part]) -> tuple[Part, ...]:
    """ "[Pan] się [zgadza]" read as one bracket, so that "się" can find its place when "Pan" goes."""
    at = 0
    while at + 2 < len(parts):
        pan, between, verb = parts[at : at + 3]
        if _is_pan(pan) and isinstance(between, Literal) and _SIE.fullmatch(between.text) and _is_plain(verb):
            assert isinstance(pan, Bracket) and isinstance(verb, Bracket)
            source = f"{pan.source}{between.text}{verb.source}"
            parts[at : at + 3] = [Bracket(source, pan.tokens + _tokens(between.text) + verb.tokens)]
        at += 1
    return tuple(parts)


def _is_pan(part: Part) -> bool:
    return isinstance(part, Bracket) and part.source == "Pan"


def _is_plain(part: Part) -> bool:
    return isinstance(part, Bracket) and part.neutral is None


def _inside(template: str, start: int) -> tuple[str, int]:
    at = start
    while found := _TOKEN.search(template, at):
        if found.group() == "]":
            return template[start : found.start()], found.end()
        if found.group() == "[":
            raise MarkupError(template[start : found.start()], *wording.NESTED)
        at = found.end()
    raise MarkupError(template[start : start + 30], *wording.UNCLOSED)


def _bracket(inside: str) -> Part:
    if zwrot := _ZWROT.fullmatch(inside):
        before, after = zwrot.groups()
        return Zwrot(", " if "," in before else before[:1], after.strip())
    if not inside.strip():
        raise MarkupError(inside, *wording.EMPTY)
    forms = tuple(_unescape(form) for form in _split(inside))
    if len(forms) == 1:
        return Bracket(inside, _tokens(inside))
    if len(forms) == 3 and not forms[1].strip():
        return Bracket(inside, _tokens(forms[0].strip()), forms[2].strip())
    if len(forms) not in (4, 5, 6):
        raise MarkupError(inside, *wording.ALTERNATIVES)
    return Alternatives(inside, forms)


def _split(inside: str) -> list[str]:
    # Spaces on both sides of a bar are layout; on one side they belong to the form.
    return re.split(r"(?<!\\)(?:\s+\|\s+|\|)", inside)


def _unescape(text: str) -> str:
    return re.sub(r"\\([\[\]|\\])", r"\1", text)


def _tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    at = 0
    for word in _WORD.finditer(text):
        if word.start() < at:
            continue
        if word.start() > at:
            tokens.append(Token(text[at : word.start()], is_word=False))
        letter = _LETTER.match(text, word.end())
        if letter and letter.group(1) not in LETTERS:
            raise MarkupError(word.group() + letter.group(), *wording.WRONG_CASE)
        tokens.append(Token(word.group(), is_word=True, case=LETTERS[letter.group(1)] if letter else None))
        at = letter.end() if letter else word.end()
    if at < len(text):
        tokens.append(Token(text[at:], is_word=False))
    return tuple(tokens)
