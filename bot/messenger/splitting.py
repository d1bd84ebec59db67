"""Cuts long texts into messages, at sentences where it can; knows nothing of what the texts say.

Meta's pages give 2000 as the length of a text without saying whether bytes, UTF-16 units or characters are meant
(…/reference/send-api). A text's UTF-8 bytes are never fewer than either of the others, so counting bytes keeps
within the limit under every reading; Polish costs five to eight per cent of the length by it.
"""

from __future__ import annotations

import re

TEXT_LIMIT = 1999
"""UTF-8 bytes of one text message: "under 2000"."""
BUTTON_TEXT_LIMIT = 640
"""UTF-8 bytes above a button template (…/templates/button, 17 Jun 2026)."""

# A sentence ends at its mark (and closing quotes) before a space; "np. tak" goes on, "r. Tak" may not.
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*(?=\s+[^\sa-ząćęłńóśźż])|(?<=\S)(?=\n)")
_WORD_END = re.compile(r"\S(?=\s)")
# What must not be cut off from the character before it: combining marks, joiners, variation and skin tone signs.
_CLINGS = re.compile("[\u0300-\u036f\u200d\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def byte_length(text: str) -> int:
    """Length in UTF-8 bytes; lone surrogates, which cannot be sent, count as what replaces them."""
    return len(text.encode("utf-8", "replace"))


def split_text(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text as parts of at most `limit` UTF-8 bytes, cut at sentences, else at words, else between characters.

    Nothing but white space at the cuts is lost. An empty or blank text has no parts. `limit` of less than four
    bytes could not hold every character and raises ValueError.
    """
    if limit < 4:
        raise ValueError("a part must be able to hold one character")
    parts: list[str] = []
    rest = text.strip()
    while byte_length(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into the bytes."""
    return len(text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore"))


def _cut(text: str, fitting: int) -> int:
    # One character more is looked at, so that a sentence that ends exactly at the limit is seen to end.
    for boundary in (_SENTENCE_END, _WORD_END):
        ends = [found.end() for found in boundary.finditer(text, 0, fitting + 2) if 0 < found.end() <= fitting]
        if ends:
            return ends[-1]
    cut = fitting
    while cut > 1 and (_CLINGS.match(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut if cut > 1 else fitting
