"""Numbers with the nouns they count, money and lists, as Polish writes them; no dates."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from bot.language.declension import decline, gender_of

NBSP = "\u00a0"
"""Stands inside numbers and before their unit, so that "1 500 zł" never breaks over two lines."""

CASES = {"M": "nom", "D": "gen", "C": "dat", "B": "acc", "N": "inst", "Ms": "loc"}


def counted(amount: int | Decimal | float, noun: str, case: str = "nom") -> str:
    """`amount` with `noun` (nominative singular) as it is counted: 1 dokument, 2 dokumenty, 5 dokumentów.

    In other cases than the nominative and accusative the noun simply stands in that case (w 5 dokumentach).
    A fraction takes the genitive singular (1,5 roku).
    """
    if amount != int(amount):
        return f"{number(amount)}{NBSP}{decline(noun, 'gen', 'sg')}"
    return f"{number(int(amount))}{NBSP}{counted_noun(int(amount), noun, case)}"


def counted_noun(amount: int, noun: str, case: str = "nom") -> str:
    """The noun alone: "dokumenty" for 2, "dokumentów" for 5."""
    if abs(amount) == 1:
        return decline(noun, case, "sg")
    if case not in ("nom", "acc"):
        return decline(noun, case, "pl")
    if _is_few(amount) and gender_of(noun) != "m1":
        return decline(noun, case, "pl")
    # Five and more, and any number of men, take the genitive: 5 dokumentów, 2 klientów.
    return decline(noun, "gen", "pl")


def choose(amount: int, one: str, few: str, many: str) -> str:
    """The author's own form for `amount`, for nouns that the dictionary does not know."""
    if abs(amount) == 1:
        return one
    return few if _is_few(amount) else many


def number(amount: int | Decimal | float) -> str:
    """Digits with a decimal comma, thousands set apart from 10 000 on, as Polish typography has it."""
    whole, _, fraction = f"{Decimal(str(amount)):f}".partition(".")
    fraction = fraction.rstrip("0")
    grouped = _grouped(whole) if len(whole.lstrip("-")) > 4 else whole
    return f"{grouped},{fraction}" if fraction else grouped


def money(amount: int | Decimal | float | str) -> str:
    """Złoty and grosze: "1 500,50 zł", and "1 500 zł" where there are no grosze. Thousands are always set apart."""
    rounded = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    grosze = "" if fraction == "00" else f",{fraction}"
    return f"{_grouped(whole)}{grosze}{NBSP}zł"


def listed(items: Iterable[str], conjunction: str = "i") -> str:
    """ "a, b i c"; no comma before the conjunction."""
    said = [str(item) for item in items]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])} {conjunction} {said[-1]}"


def _is_few(amount: int) -> bool:
    return abs(amount) % 10 in (2, 3, 4) and abs(amount) % 100 not in (12, 13, 14)


def _grouped(whole: str) -> str:
    return f"{int(whole):,}".replace(",", NBSP) if int(whole) or not whole.startswith("-") else "0"
