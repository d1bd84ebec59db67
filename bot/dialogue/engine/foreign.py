"""Whether a text is in words at all, and whether in Polish ones; knows no conversation."""

from __future__ import annotations

import re
import unicodedata

from bot.dialogue.engine import phrases

_PART = 4
_FOREIGN = re.compile(
    r"\b(the|is|are|you|your|my|have|has|what|how|when|where|please|hello|help|need|want|can|could|would|insurance|"
    r"ich|bin|nicht|und|der|das|ist|wie|wann|haben|bitte|hallo|versicherung|je|suis|pas|bonjour|vous|avez)\b"
)


def is_wordless(text: str) -> bool:
    """Neither a letter nor a digit of any script."""
    return not any(unicodedata.category(char)[0] in "LN" for char in text)


def is_foreign(text: str, understood: bool = False) -> bool:
    """Another script, or several words that only other languages have; three, where some intent is `understood`."""
    letters = [char for char in text if char.isalpha()]
    if letters and sum("LATIN" not in unicodedata.name(char, "LATIN") for char in letters) * 2 > len(letters):
        return True
    foreign = _FOREIGN.findall(phrases.plain(text))
    return len(foreign) >= max(3 if understood else 2, phrases.word_count(text) // _PART)
