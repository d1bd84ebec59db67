"""Words typed without Polish diacritics, read as if they had them; a bounded search of the dictionary."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from bot.language.dictionary import Reading, readings
from bot.language.wordsets import pairs

_SOFT = {"c": "ć", "n": "ń", "s": "ś", "z": "ź"}
_HARD = {"l": "ł", "o": "ó", "z": "ż"}
_NASAL = {"a": "ą", "e": "ę"}
_VOWELS = frozenset("aeiouy")
# Endings of the past tense; their letters are certain, which keeps the search small.
_ENDINGS = (
    ("lem", "łem"),
    ("lam", "łam"),
    ("les", "łeś"),
    ("las", "łaś"),
    ("labym", "łabym"),
    ("lbym", "łbym"),
    ("labys", "łabyś"),
    ("lbys", "łbyś"),
    ("lysmy", "łyśmy"),
    ("lismy", "liśmy"),
    ("esz", "esz"),
    ("isz", "isz"),
    ("asz", "asz"),
    ("ysz", "ysz"),
    ("la", "ła"),
)
# A search of the dictionary takes about 15 µs a try; 48 tries cover words of up to six doubtful letters.
_MOST_TRIES = 48
PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")


def plain(text: str) -> str:
    """`text` in lower case without Polish diacritics."""
    return text.lower().translate(PLAIN)


@lru_cache(maxsize=8192)
def readings_as_typed(word: str) -> tuple[Reading, ...]:
    """The readings of `word` (lower case), or of the words it may stand for if it was typed without diacritics."""
    known = readings(_TYPED.get(word, word))
    # "stalem" is a form of the surname Stal, and never meant as one.
    common = tuple(r for r in known if not r.lemma[:1].isupper())
    if common or not word.isascii() or not word.isalpha() or len(word) < 3:
        return common or known
    for candidate in _restorations(word):
        found = tuple(r for r in readings(candidate) if not r.lemma[:1].isupper())
        if found:
            return found
    return known


# Words in their own right that, typed in a message, stand for the other one.
_TYPED = pairs(
    "szlam:szłam szla:szła cie:cię wiec:więc dalas:dałaś mogla:mogła moglem:mogłem stal:stał stalem:stałem"
    " prosila:prosiła prosilem:prosiłem prosil:prosił dal:dał dala:dała dalby:dałby oddalby:oddałby"
    " podalaby:podałaby podalby:podałby"
    " podalam:podałam podal:podał balem:bałem podawalem:podawałem podawal:podawał spadlam:spadłam upadlam:upadłam"
    " mial:miał czul:czuł"
)


def _restorations(word: str) -> list[str]:
    """The ways to put diacritics into `word`, those with few of them first."""
    stem, ending = _split_ending(word)
    choices = [_choices(word, at) for at in range(len(stem))]
    size = 1
    for at, choice in enumerate(choices):
        if size * len(choice) > _MOST_TRIES:
            choices[at] = word[at]
        size *= len(choices[at])
    candidates = {"".join(letters) + ending for letters in product(*choices)}
    if ending != word[len(stem) :] and size * 2 <= _MOST_TRIES:
        candidates |= {"".join(letters) + word[len(stem) :] for letters in product(*choices)}
    candidates.discard(word)
    return sorted(candidates, key=lambda candidate: (_changes(candidate, word), candidate))


def _split_ending(word: str) -> tuple[str, str]:
    for typed, written in _ENDINGS:
        if word.endswith(typed) and len(word) > len(typed) + 1:
            return word[: -len(typed)], written
    return word, ""


def _choices(word: str, at: int) -> str:
    """What the letter at `at` may stand for; spelling rules out most of it (no "ł" or "ś" before "i")."""
    letter = word[at]
    following = word[at + 1] if at + 1 < len(word) else ""
    found = letter
    if letter in _SOFT and following not in _VOWELS:
        found += _SOFT[letter]
    if letter in _HARD and not (letter == "l" and following == "i"):
        found += _HARD[letter]
    if letter in _NASAL and at > 0 and following not in _VOWELS:
        found += _NASAL[letter]
    return found


def _changes(candidate: str, word: str) -> int:
    return sum(a != b for a, b in zip(candidate, word, strict=True))
