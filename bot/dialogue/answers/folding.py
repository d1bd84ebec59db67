"""Text as typed, brought to plain lower-case ASCII letters at unchanged offsets; knows nothing of answers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACES = frozenset("\t\r\n\x0b\x0c\x85\u2028\u2029\u200b\u200c\u200d\u2060\ufeff")
_REPLACED = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("’‘´`′＇", "'"),
    **dict.fromkeys("“”„«»″＂", '"'),
    "ł": "l",
    "đ": "d",
    "ø": "o",
    "ß": "s",
    "ı": "i",
}


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    """Exactly one character for one character, so that offsets stay those of the customer's text."""
    if character in _SPACES or character.isspace():
        return " "
    lowered = character.lower()[:1]
    if lowered in _REPLACED:
        return _REPLACED[lowered]
    decimal = unicodedata.decimal(lowered, None)
    if decimal is not None:
        return str(decimal)
    base = unicodedata.normalize("NFKD", lowered)[:1]
    if base.isascii() and base.isprintable() and not lowered.isnumeric():
        return base.lower()
    return " " if unicodedata.category(lowered) in {"Cc", "Cf", "No"} and lowered != "½" else lowered


def fold(text: str) -> str:
    """`text` in lower case without diacritics, of the same length: "Żółć – 5" → "zolc - 5".

    Digits of other scripts become ASCII digits; every kind of white space, zero-width and control
    character becomes a space; dashes and quotation marks their ASCII kin.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    return "".join(map(_folded_character, text))


def composed(text: str) -> tuple[str, list[int] | None]:
    """`text` in NFC, and for each of its characters the offset in `text` (None: offsets are the same).

    Typed on some phones, "ó" arrives as two characters; folding character by character needs one.
    """
    whole = unicodedata.normalize("NFC", text)
    if whole == text:
        return text, None
    characters: list[str] = []
    offsets: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]) and end - start < 8:
            continue
        cluster = unicodedata.normalize("NFC", text[start:end])
        characters.append(cluster)
        offsets.extend([start] * len(cluster))
        start = end
    return "".join(characters), [*offsets, len(text)]


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as a line of text."""
    return frozenset(words.split())


# More blanks in a row than anybody means: expressions that allow for blanks take the square of their number in time.
_GAP = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]{9,}")
# Neither a blank nor part of a word or of an answer.
_FILLING = "|"


def without_gaps(text: str) -> str:
    """`text` with every long run of blanks as one."""
    return _GAP.sub(" ", text)


def with_filled_gaps(text: str) -> str:
    """The same where places in `text` are told: as long as it was, no run of blanks longer than one."""
    return _GAP.sub(lambda gap: f" {_FILLING * (len(gap.group()) - 2)} ", text)
