"""Whether a text is in words at all, and whether in Polish ones; knows no conversation."""

from __future__ import annotations

import re
import unicodedata

from bot.dialogue.engine import phrases

# "Pas" and "wie" are Polish words too: so many foreign words at least, and one in so many of all.
_FEWEST, _PART = 2, 3
_FEWEST_UNDERSTOOD, _PART_UNDERSTOOD = 3, 4
_FOREIGN = re.compile(
    r"\b(the|is|are|you|your|my|have|has|what|how|when|where|please|hello|help|need|want|can|could|would|insurance|"
    r"ich|bin|nicht|und|der|das|ist|wie|wann|haben|bitte|hallo|versicherung|je|suis|pas|bonjour|vous|avez)\b"
)


def is_wordless(text: str) -> bool:
    """Neither a letter nor a digit of any script."""
    return not any(unicodedata.category(char)[0] in "LN" for char in text)


def is_foreign(text: str, understood: bool = False) -> bool:
    """Another script, or several words that other languages have; where some intent is `understood`, one more."""
    letters = [char for char in text if char.isalpha()]
    if letters and sum("LATIN" not in unicodedata.name(char, "LATIN") for char in letters) * 2 > len(letters):
        return True
    fewest, part = (_FEWEST_UNDERSTOOD, _PART_UNDERSTOOD) if understood else (_FEWEST, _PART)
    return len(_FOREIGN.findall(phrases.plain(text))) >= max(fewest, phrases.word_count(text) // part)
