"""Where a town or a postal code lies, as people write them: inflected, without diacritics, mistyped.

Forms are made by the dictionary from the towns' names, never cut off by rule; words are compared folded.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import morfeusz2
import yaml

from bot.branches.model import Place

PLACES_FILE = Path(__file__).with_name("miejscowosci.yml")

_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"(?<!\d)(\d{2})[-–\s]?(\d{3})(?!\d)")
_COORDINATES = re.compile(r"^\s*(-?\d{1,2}\.\d+)\s*[,;]\s*(-?\d{1,3}\.\d+)\s*$")

# Forms of towns that are everyday words too: "tych" is of Tychy and means "those". Alone they are the town.
_EVERYDAY = frozenset({"tych", "tym", "brzegu", "brzegiem", "pile", "zary"})
# "koło Poznania": near Poznań, not Koło, unless the town ends what was written.
_NEAR = "kolo"
_SHORT = 4
"""A typing mistake in a shorter word makes another word."""
_ALIKE = 0.8


class Gazetteer:
    """Towns and postal areas of one file. Raises KeyError or ValueError when it is not of its form."""

    def __init__(self, path: Path = PLACES_FILE) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._towns = {name: Place(*point) for name, point in content["towns"].items()}
        self._codes: Mapping[str, str] = content["codes"]
        named = {**{town: town for town in self._towns}, **content["aliases"]}
        self._names = [_name(written, town) for written, town in named.items()]
        self._by_form: dict[str, str] = {}
        for name in reversed(self._names):
            if len(name.words) == 1:
                self._by_form.update(dict.fromkeys(name.words[0], name.town))

    def locate(self, text: str) -> Place | None:
        """The place that `text` names: coordinates, a postal code, else a town; None where none is known."""
        return coordinates(text) or self.by_postal_code(text) or self.by_town(text)

    def by_postal_code(self, text: str) -> Place | None:
        found = _CODE.search(text)
        if found is None:
            return None
        code = f"{found[1]}-{found[2]}"
        town = next((self._codes[code[:n]] for n in (6, 5, 4, 2) if code[:n] in self._codes), None)
        return self._towns[town] if town else None

    def by_town(self, text: str) -> Place | None:
        """The town named with the most words, the first of several; a mistyped one if no other is there."""
        words = [fold(word) for word in _WORD.findall(text)]
        named = self._named(words) or self._mistyped(words)
        return self._towns[named] if named else None

    def town_in(self, text: str) -> str | None:
        """The town that a sentence names beyond doubt, in the nominative; a slip of the pen names none."""
        return self._named([fold(word) for word in _WORD.findall(text)])

    def _named(self, words: Sequence[str]) -> str | None:
        found = [
            (-len(name.words), start, name.town)
            for name in self._names
            for start in range(len(words) - len(name.words) + 1)
            if _stands_at(name, words, start)
        ]
        return min(found)[2] if found else None

    def _mistyped(self, words: Sequence[str]) -> str | None:
        for word in words:
            if len(word) > _SHORT:
                # Hardly anybody mistypes a first letter, and "okolicach" is not "Policach".
                alike = [form for form in self._by_form if form[0] == word[0]]
                close = difflib.get_close_matches(word, alike, n=1, cutoff=_ALIKE)
                if close:
                    return self._by_form[close[0]]
        return None


@cache
def shipped() -> Gazetteer:
    """The towns of Poland that come with the product, read once."""
    return Gazetteer()


def town_in(text: str) -> str | None:
    """The town that a sentence names in passing: "jest jakieś biuro w Łodzi?" → "Łódź"."""
    return shipped().town_in(text)


def coordinates(text: str) -> Place | None:
    """ "51.76,19.46" as it comes from a shared location."""
    found = _COORDINATES.match(text)
    return place(found[1], found[2]) if found else None


def place(latitude: Any, longitude: Any) -> Place | None:
    """A point on the globe, or None."""
    try:
        made = Place(float(latitude), float(longitude))
    except (TypeError, ValueError):
        return None
    return made if abs(made.latitude) <= 90 and abs(made.longitude) <= 180 else None


def fold(word: str) -> str:
    """Lower case, without diacritics."""
    plain = word.lower().replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class _Name:
    town: str
    words: tuple[frozenset[str], ...]


def _name(written: str, town: str) -> _Name:
    return _Name(town, tuple(_forms(word) for word in _WORD.findall(written)))


def _stands_at(name: _Name, words: Sequence[str], start: int) -> bool:
    if not all(words[start + n] in forms for n, forms in enumerate(name.words)):
        return False
    if len(name.words) > 1 or len(words) == 1:
        return True
    last = start == len(words) - 1
    return words[start] not in _EVERYDAY and (words[start] != _NEAR or last)


@cache
def _dictionary() -> Any:
    return morfeusz2.Morfeusz()


def _forms(word: str) -> frozenset[str]:
    """Every folded form of `word` as a noun or an adjective, and the word itself."""
    forms = {fold(word)}
    for analysis in _dictionary().analyse(word):
        lemma, tag = analysis[2][1], analysis[2][2]
        if not tag.startswith(("subst:", "adj:")) or "nom" not in tag:
            continue
        number = ":pl:" if ":pl:" in tag and not tag.startswith("adj:") else ":sg:"
        forms.update(
            fold(made[0])
            for made in _dictionary().generate(lemma)
            if made[2].startswith(tag.split(":")[0] + ":") and (number in made[2] or f"{number[1:-1]}." in made[2])
        )
    return frozenset(forms)
