"""A customer's message cut into clauses of lower-case words, without what is quoted; no grammar."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MOST_CHARACTERS = 2500
"""Who writes more has said how they write long before; it bounds the time."""
_QUOTED = re.compile(
    r"„[^”\"]{0,400}[”\"]|“[^”]{0,400}”|«[^»]{0,400}»|»[^«]{0,400}«|\"[^\"]{0,400}\"|(?<!\w)'[^'\n]{2,200}'(?!\w)"
    r"|(?<!\w)‘[^’]{0,200}’|https?://\S+|[\w.+-]{1,64}@\S+"
)
_SAYS = re.compile(
    r"\b(?:powiedzia|odpowiedzia|napisa|odpisa|pisa[łl]|stwierdzi|krzycza|wykrzycza|mówi|mowi|pisze|piszecie|twierdzi|"
    r"us[łl]ysza|komunikat|tre[śs][ćc]|sms|smsa|smsem|mail|maila|b[łl][ąa]d|napis|has[łl]em|tekst|regulamin|"
    r"wy[śs]wietla|wyskakuje|wyskoczy|pokazuje|cytuj[ęe]|cytat|pismo|pi[śs]mie)\w*[^:.!?\n]{0,40}:[^\n]*",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^,.;:!?…()\n–—]+|[,.;:!?…()\n–—]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…\n]")


@dataclass(frozen=True)
class Clause:
    """Words between two punctuation marks: in lower case, as typed, and where they stand in the text."""

    words: tuple[str, ...]
    typed: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    starts_sentence: bool
    asks: bool
    """The sentence ends in a question mark."""
    sentence: int


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` in order, quotations and reported words left out. Spans count characters in NFC."""
    text = _QUOTED.sub(_blank, unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]))
    if ":" in text:
        text = _SAYS.sub(_without_reported, text)
    found: list[tuple[list[re.Match[str]], int, bool, int]] = []
    asks: dict[int, bool] = {}
    sentence = 0
    starts = True
    for piece in _CLAUSE.finditer(text):
        if _SENTENCE_END.search(piece.group()):
            asks[sentence] = "?" in piece.group()
            sentence += 1
            starts = True
            continue
        typed = list(_WORD.finditer(piece.group()))
        if typed:
            found.append((typed, piece.start(), starts, sentence))
            starts = False
    return tuple(_clause(typed, at, start, asks.get(number, False), number) for typed, at, start, number in found)


def _clause(typed: list[re.Match[str]], at: int, starts: bool, asks: bool, sentence: int) -> Clause:
    said = tuple(word.group() for word in typed)
    spans = tuple((at + word.start(), at + word.end()) for word in typed)
    return Clause(tuple(word.lower() for word in said), said, spans, starts, asks, sentence)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _without_reported(found: re.Match[str]) -> str:
    """ "napisał mi: sprawdź numer": what follows the colon is somebody else's."""
    said, _, reported = found.group().partition(":")
    return said + " " * (len(reported) + 1)
