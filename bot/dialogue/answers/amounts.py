"""The grammar of a sum as Poles write and say it: digits, words, "2 tys 300", "półtora koła", "dwa pięćset".

Reads one number at one place; knows nothing of currencies and of what the sum is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .folding import word_set
from .numerals import cardinal_of, read_below_thousand

_LITERAL = "|".join(
    (
        r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?(?!\d|[.,]\d)",
        r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?(?!\d|[.,]\d)",
        r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?!\d|[.,]\d)",
        r"\d+(?:[.,]\d+)?",
    )
)
_ITEM = re.compile(rf"(?P<number>{_LITERAL})|(?P<word>[a-z]+)|(?P<sign>[^\s])")

_SCALE_FORMS = {
    1_000_000: "mln milion miliona miliony milionow banka banki baniek banke",
    1_000: "tys tysiac tysiaca tysiace tysiecy tysiacu tysiacom tysi tysie tysia tysiak tysiaka tysiaki tysiakow "
    "tysionc tysiaczek tyisac tysicy tyiecy tysice kola kolo kafel kafla kafle kafli kafelka patyk patyka patyki "
    "patykow k tsy tyz",
    100: "stowa stowy stowe stow stowka stowki stowke stowek setka setki setke setek set",
    10: "dycha dychy dyche dych dyszka dyszki dyszke dyszek",
}
_SCALES = {word: scale for scale, forms in _SCALE_FORMS.items() for word in forms.split()}
_ONLY_BEHIND_A_NUMBER = frozenset({"k", "kola", "kolo", "set", "tyz", "tsy", "patyk", "kafel"})
"""Words with another meaning alone: "koło 2000" is about 2000, "koła" are wheels."""
_ONE_UNSAID = word_set(
    "milion miliona banka banke tysiac tysiaca tysiacu tysiak tysiaka tysionc tysiaczek tyisac kafel kafla patyka "
    "stowa stowe stowka stowke setka setke dycha dyche dyszka dyszke"
)
"""Singulars that need no number before them: "stówa" is a hundred, while "stówy" are some hundreds."""
_HALVES = {
    "cwierc": Decimal("0.25"),
    "poltora": Decimal("1.5"),
    "poltorej": Decimal("1.5"),
    "poltoraa": Decimal("1.5"),
    "pol": Decimal("0.5"),
}


@dataclass(frozen=True)
class Item:
    text: str
    start: int
    end: int
    number: str = ""
    """The digits as typed, for a number."""


@dataclass(frozen=True)
class Sum:
    """A number read from items up to `index`. `spelled`: a word of scale makes it surely a sum."""

    value: Decimal
    index: int
    spelled: bool


def items_of(folded: str) -> list[Item]:
    """Numbers with their separators, words and single signs, in order."""
    return [
        Item(match.group(), match.start(), match.end(), match.group() if match.lastgroup == "number" else "")
        for match in _ITEM.finditer(folded)
    ]


def decimal_of(typed: str, scaled: bool = False) -> Decimal:
    """Digits as typed in Polish: "1.500" is 1500, "1,50" is one and a half; "1.500 tys" has a decimal point."""
    plain = typed.replace(" ", "").replace("'", "")
    separators = [sign for sign in plain if sign in ".,"]
    if not separators:
        return Decimal(plain)
    last = max(plain.rfind("."), plain.rfind(","))
    whole, fraction = plain[:last], plain[last + 1 :]
    if len(fraction) == 3 and (len(set(separators)) == 1) and not (scaled and len(separators) == 1):
        whole, fraction = whole + fraction, ""
    digits = whole.replace(".", "").replace(",", "")
    return Decimal(f"{digits or 0}.{fraction or 0}")


def _scale_at(items: Sequence[Item], index: int, behind_number: bool) -> int | None:
    if index >= len(items):
        return None
    word = items[index].text
    if word in _ONLY_BEHIND_A_NUMBER and not behind_number:
        return None
    return _SCALES.get(word)


def _number_at(items: Sequence[Item], index: int) -> tuple[Decimal, int] | None:
    """A literal, a compound of words below a thousand, or a half; with "i pół" behind it."""
    if index >= len(items):
        return None
    item = items[index]
    if item.number:
        value, index = decimal_of(item.number, scaled=_scale_at(items, index + 1, True) is not None), index + 1
    elif item.text in _HALVES:
        half = _HALVES[item.text]
        return (half, index + 1) if _scale_at(items, index + 1, True) else None
    else:
        words = [following.text for following in items[index : index + 6]]
        read = read_below_thousand(words, 0)
        if read is None:
            return None
        value, index = Decimal(read[0]), index + read[1]
    if [following.text for following in items[index : index + 2]] == ["i", "pol"] and _scale_at(items, index + 2, True):
        return value + Decimal("0.5"), index + 2
    return value, index


def _is_said_in_thousands(items: Sequence[Item], value: Decimal, index: int) -> bool:
    """Whether hundreds follow a small number, both as words: "dwa pięćset" is 2500."""
    if not 0 < value < 100 or index >= len(items) or items[index - 1].number:
        return False
    following = cardinal_of(items[index].text)
    return following is not None and following >= 100


def _skip_joints(items: Sequence[Item], index: int) -> int:
    """Behind a word of scale: the dot of an abbreviation, "i"."""
    while index < len(items) and items[index].text in {".", "i"}:
        index += 1
    return index


def read_sum(items: Sequence[Item], index: int) -> Sum | None:
    """The longest sum that begins at `index`: every part smaller than the scale before it."""
    total, floor, spelled = Decimal(0), Decimal(10**12), False
    end = None
    while True:
        start = _skip_joints(items, index) if spelled else index
        read = _number_at(items, start)
        value, behind = read if read else (Decimal(1), start)
        scale = _scale_at(items, behind, behind_number=read is not None)
        if read is None and scale is not None and items[behind].text not in _ONE_UNSAID:
            break
        if read and scale is None and _is_said_in_thousands(items, value, behind):
            scale, behind = 1000, behind - 1
        if scale is not None and value * scale < floor and (read or not spelled or scale < floor):
            total, floor, spelled = total + value * scale, Decimal(scale), True
            index = end = behind + 1
            continue
        if read and value < floor and (not spelled or value == int(value)):
            total, end = total + value, behind
        break
    return Sum(total, end, spelled) if end is not None else None
