"""Whether a message is written in anger, by three kinds of signal: its words, its repetition, its shouting.

One signal alone means little: many people write in capitals, and who is not understood asks again. Two together are
anger, whatever the message is about. The figures stand in tests/dialogue/test_anger.py. Knows nothing of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.language.diacritics import plain

# How many of the customer's own messages before this one are looked at for a repetition.
LOOKED_BACK = 4
# Shorter messages ("ok", "tak", "nie") are repeated for good reasons.
REPEATED_LETTERS = 6
SHOUTED_LETTERS = 8
SHOUTED_SHARE = 0.7
MARKS = 3
ENOUGH = 2

# Beginnings of words, without diacritics; the scolding of things, of us, and of one's own patience.
_WORDS = re.compile(
    r"\b(?:skandal|kpin|kpicie|zenad|zenuj|zalosn|beznadziej|tragedi|dramat\b|masakr|porazk|kompromit|wstyd\b|granda"
    r"|kurw|wkurw|wkurz|wnerw|wpieni|pierd|spierd|opierd|jeba|zajeb|chuj|gown|cholern|do cholery|szlag|dosc tego"
    r"|mam (?:was |tego |juz |serdecznie )*(?:dosc|dosyc|powyzej)|ile mozna|ilez mozna|oszus[tc]|oszuk|zlodziej|naciag"
    r"|zlodziejs|idio[tc]|kretyn|debil|glup(?:i|ie|a|ek|ku)\b|durn|bezczeln|nienormaln|paranoj|jaja sobie"
    r"|robicie (?:ze )?mnie"
    r"|olewacie|ignorujecie|lekcewaz|macie (?:mnie |nas |klient\w+ )?(?:gdzies|w nosie|w dupie)|w dupie|do dupy"
    r"|nie do wiary|niewiarygodn|nie wytrzymam|cierpliwosc|chamstw|cham\b|chamsk|dno\b|syf\b|bez sensu|parodi|cyrk"
    r"|ostatni raz pytam|raz pytam|do sadu|pozw|rzecznik\w* finansow|knf\b|zglosze was|uokik)"
)
_STRETCHED = re.compile(r"([^\W\d])\1{3,}")
_MARKED = re.compile(rf"[!?]{{{MARKS},}}|(?:[!?][^!?]*){{{MARKS + 1},}}")


class Signal(StrEnum):
    WORDS = "words"
    REPETITION = "repetition"
    SHOUTING = "shouting"  # capitals, or marks and letters in rows


def signals(text: str, earlier: Sequence[str] = ()) -> frozenset[Signal]:
    """The kinds of signal in `text`; `earlier`: the customer's messages before it, the newest last."""
    found = set()
    if _WORDS.search(_STRETCHED.sub(r"\1", plain(text))):
        found.add(Signal.WORDS)
    if _is_repeated(text, earlier):
        found.add(Signal.REPETITION)
    if _is_shouted(text):
        found.add(Signal.SHOUTING)
    return frozenset(found)


def is_angry(text: str, earlier: Sequence[str] = ()) -> bool:
    return len(signals(text, earlier)) >= ENOUGH


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", plain(text))


def _is_repeated(text: str, earlier: Sequence[str]) -> bool:
    bare = _bare(text)
    return len(bare) >= REPEATED_LETTERS and any(_bare(one) == bare for one in earlier[-LOOKED_BACK:])


def _is_shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    loud = len(letters) >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(letters) and " " in text.strip()
    return loud or bool(_MARKED.search(text)) or bool(_STRETCHED.search(text.lower()))
