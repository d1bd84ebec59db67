"""Whether a place was told without its town, and how the two are put together; knows no questions and no flows.

"Na Długiej 5" cannot be found in a country with a thousand such streets. In doubt nothing lacks: a village that nobody
here knows by its name is a place.
"""

from __future__ import annotations

import re

from bot.branches import gazetteer
from bot.dialogue.answers.folding import word_set
from bot.dialogue.engine.whereabouts import NOUNS, NUMBER, OWN, ROAD, SHOPS, STREET_FORM, STREETS, Word, words_of

_LEADING = word_set("w we kolo pod niedaleko nieopodal obok za przed nad u k miedzy")
_PLACED = frozenset({"na", "przy"})
_BARE_STREET = re.compile(r"\w{2,}(sk|ck|dzk)a")
_CROSSING = re.compile(r"skrzyzowani\w*|rond\w*|ulic\w*|rog\w*")
_VILLAGE = frozenset({"wies", "wsi", "miejscowosc", "miejscowosci"})
_CODE = re.compile(r"\b\d{2}-\d{3}\b|\d\.\d{3,}")
_MOST_WORDS = 10
_WHOLE = 3
"""An answer of so many words to the question for the town names the street again."""


def lacks_town(place: str) -> bool:
    """ "ul. Długa 5", "na parkingu pod Biedronką": a street or a spot, and plainly no town beside it."""
    words = words_of(place)
    if not words or len(words) > _MOST_WORDS or gazetteer.town_in(place) or _CODE.search(place):
        return False
    if any(word.folded in _VILLAGE or ROAD.fullmatch(word.folded) or OWN.fullmatch(word.folded) for word in words):
        return False
    names = [at for at in range(len(words)) if _is_name(words, at)]
    if not names:
        return any(_is_spot(word) for word in words)
    first, last = names[0], names[-1]
    together = last - first + 1 == len(names) and not re.search("[,;\n]", place[words[first].start : words[last].end])
    return together and _is_street(words, first, last)


def with_town(street: str, told: str) -> str:
    """The whole place, of `street` and what was answered to "w jakiej to miejscowości?"."""
    again = len(words_of(told)) >= _WHOLE and not lacks_town(told)
    return told.strip() if again else f"{street}, {told.strip()}"


def _is_name(words: list[Word], at: int) -> bool:
    word = words[at]
    known = word.folded in _LEADING | _PLACED | STREETS or NOUNS.fullmatch(word.folded) or NUMBER.fullmatch(word.folded)
    return not known and not SHOPS.fullmatch(word.folded)


def _is_spot(word: Word) -> bool:
    return bool(NOUNS.fullmatch(word.folded) or SHOPS.fullmatch(word.folded))


def _is_street(words: list[Word], first: int, last: int) -> bool:
    """Whether the name in words `first` to `last` is plainly a street's: by its lead, its number or its form."""
    before = words[first - 1].folded if first else ""
    if before in _LEADING:
        return False
    numbered = last + 1 < len(words) and bool(NUMBER.fullmatch(words[last + 1].folded))
    formed = all(STREET_FORM.fullmatch(words[at].folded) for at in range(first, last + 1))
    bare = first == last and bool(_BARE_STREET.fullmatch(words[first].folded))
    declined = words[first].folded.endswith(("ej", "ego"))
    return any(
        (before in STREETS, _CROSSING.fullmatch(before), numbered, bare, before in _PLACED and (formed or declined))
    )
