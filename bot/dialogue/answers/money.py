"""Sums of money in a message, in PLN; knows currencies and ranges, and nothing of what is paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .amounts import Item, items_of, read_sum
from .folding import word_set
from .message import Message
from .model import Reason
from .settling import Candidate

LARGEST = Decimal(100_000_000)
_GROSZ = Decimal("0.01")

_ZLOTY = word_set(
    "zl zlotych zlote zloty zlotego zlotym zlotowek zlotowki zlotowke pln zeta zety zetow zlociszy zlotow zlp "
    "zlch zlt zlo"
)
_GROSZY = word_set("gr groszy grosze grosz groszami")
_FOREIGN = word_set(
    "euro eur euros € usd dolar dolary dolarow dolcow $ £ funt funty funtow gbp chf frank franki frankow czk "
    "koron korony uah hrywien hrywny sek nok dkk jpy"
)
_NOT_MONEY = word_set(
    "m km cm mm kg g l mb dni dniach dzien dnia tydzien tygodni tygodnie tygodniach miesiac miesiace miesiecy "
    "lat lata rok roku r godz godzin godziny godzinie h min minut minuty szt sztuk sztuki osob osoby okna "
    "okien okno pokoje pokoi szyb szyby drzwi pietro pietrze procent % x razy aut auta samochody samochodow "
    "miejsc stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada "
    "grudnia metrow metra metry lokal pokoju"
)
_DAY_LIKE = re.compile(r"\d{1,2}\.\d{1,2}")
"""Without a currency as likely a date as a sum: weaker than any other number."""
_SOME = word_set("kilka kilku pare paru kilkanascie kilkadziesiat kilkaset iles wiele")
_NUMBER_OF = word_set("nr numer numerze ul ulica ulicy faktura faktury polisa polisy pesel tel telefon konto")
_RANGE_SIGNS = word_set("- / do lub albo czy")
_ARTICLES = word_set("jeden jedna jedno jednego jednej jednym")
_SMALLEST_BARE_WORD = 10
"""A lone "dwa" is not taken for two zlotys: two thousand may be meant."""


def _text(items: Sequence[Item], index: int) -> str:
    return items[index].text if 0 <= index < len(items) else ""


def _is_range(items: Sequence[Item], start: int, end: int) -> bool:
    """Whether another sum follows as the other end of a range: "2-3 tys", "dwa, trzy tysiące", "między 2 a 3"."""
    sign = _text(items, end)
    spoken_list = sign == "," and not items[end - 1].number
    between = sign in {"a", "i"} and _text(items, start - 1) in {"miedzy", "pomiedzy"}
    return (sign in _RANGE_SIGNS or spoken_list or between) and read_sum(items, end + 1) is not None


def _groszy_behind(items: Sequence[Item], index: int) -> tuple[Decimal, int]:
    """What "50 gr", "i pięćdziesiąt groszy" or a bare two-digit "50" behind złoty adds."""
    start = index
    while _text(items, start) in {"i", ".", ","}:
        start += 1
    read = read_sum(items, start)
    if read is None or read.spelled or not 0 <= read.value < 100 or read.value != int(read.value):
        return Decimal(0), index
    if _text(items, read.index) in _GROSZY:
        return read.value * _GROSZ, read.index + 1
    bare = len(items[start].number) == 2 and start == index and read.index == len(items)
    return (read.value * _GROSZ, read.index) if bare else (Decimal(0), index)


def _is_negative(message: Message, items: Sequence[Item], index: int) -> bool:
    if _text(items, index - 1) == "minus":
        return True
    glued = _text(items, index - 1) == "-" and items[index - 1].end == items[index].start
    return glued and not message.folded[: items[index - 1].start].rstrip()[-1:].isalnum()


def _is_other_number(items: Sequence[Item], start: int, end: int) -> bool:
    """Whether a number without a currency is a date, a time, a count or a reference."""
    around = {_text(items, start - 1), _text(items, end)}
    glued = any(
        items[i].text in {"/", ":", ".", "-"} and 0 < i < len(items) - 1 and items[i + 1].number and items[i - 1].number
        for i in (start - 1, end)
        if 0 <= i < len(items)
    )
    before = _text(items, start - 1) if _text(items, start - 1) != "." else _text(items, start - 2)
    return glued or _text(items, end) in _NOT_MONEY or before in _NUMBER_OF or bool(around & {"@", "_"})


def _is_behind_currency(items: Sequence[Item], start: int) -> bool:
    """ "PLN 200", but not the three of "1200 zł 3 listopada"."""
    return _text(items, start - 1) in _ZLOTY and not (start >= 2 and items[start - 2].number)


def _is_torn(message: Message, item: Item) -> bool:
    """Whether digits are the tail of something longer: "00" of "12.5.00"."""
    before = message.folded[max(0, item.start - 2) : item.start]
    return bool(item.number) and len(before) == 2 and before[0].isdigit() and before[1] in ".,"


def _priced(value: Decimal) -> Decimal | Reason:
    if value >= LARGEST:
        return Reason.OUT_OF_RANGE
    rounded = value.quantize(_GROSZ)
    return rounded if rounded == value else Reason.WRONG_SHAPE


def _candidate(message: Message, items: Sequence[Item], start: int) -> tuple[Candidate, int] | None:
    read = read_sum(items, start)
    if read is None or _is_torn(message, items[start]):
        return None
    value, end = read.value, read.index
    if _text(items, start - 1) in _SOME:
        return Candidate(items[start].start, items[end - 1].end, reason=Reason.VAGUE), end
    found = Candidate(items[start].start, items[end - 1].end)
    if _is_range(items, start, end):
        other = read_sum(items, end + 1)
        assert other is not None
        return replace(found, reason=Reason.AMBIGUOUS), other.index
    if _text(items, end) in _FOREIGN or _text(items, start - 1) in _FOREIGN:
        return replace(found, reason=Reason.FOREIGN_CURRENCY), end + 1
    strength = 3 if read.spelled else 0 if _DAY_LIKE.fullmatch(items[start].number) else 1
    behind = end + 1 if _text(items, end) == "." and _text(items, end + 1) in _ZLOTY else end
    if _text(items, behind) in _ZLOTY:
        groszy, end = _groszy_behind(items, behind + 1)
        value, strength = value + groszy, 4
    elif _text(items, end) in _GROSZY:
        value, end, strength = value * _GROSZ, end + 1, 4
    elif (with_groszy := _groszy_behind(items, end))[1] > end + 1 and _text(items, end) == "i":
        value, end, strength = value + with_groszy[0], with_groszy[1], 4
    elif _is_behind_currency(items, start) or (_text(items, end) in {",", "."} and _text(items, end + 1) == "-"):
        strength = 4
    elif _is_other_number(items, start, end):
        return None
    elif strength <= 1 and not items[start].number and (value < _SMALLEST_BARE_WORD and value != 0):
        return replace(found, reason=Reason.VAGUE), end
    if _is_negative(message, items, start):
        return replace(found, reason=Reason.OUT_OF_RANGE), end
    outcome = _priced(value)
    found = replace(found, end=items[end - 1].end, strength=strength)
    if isinstance(outcome, Reason):
        return replace(found, reason=outcome), end
    return replace(found, value=outcome), end


def find_sums(message: Message) -> list[Candidate]:
    """Every sum; one with a currency or a word of scale ("2 tys") outweighs a bare number."""
    items = items_of(message.folded)
    candidates, index = [], 0
    while index < len(items):
        found = _candidate(message, items, index)
        if found is None:
            index += 1
            continue
        if items[index].text not in _ARTICLES or found[0].strength > 1:
            candidates.append(found[0])
        index = max(found[1], index + 1)
    return candidates
