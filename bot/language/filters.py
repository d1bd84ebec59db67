"""Jinja2 filters for the texts in locales/pl: Polish names over numbers, dates and places; no logic of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.language import dates, numbers, places
from bot.language.declension import decline
from bot.language.syntax import escape


def register_filters(env: Any) -> None:
    """Give a Jinja2 environment the filters below, and keep the address markup out of inserted values.

    A value such as "[sic]" typed by a customer is escaped, so that it comes out of `inflect` as typed;
    texts of this environment are therefore always to be sent through `inflect` or `compile_text`.
    """
    env.filters.update(FILTERS)
    env.finalize = finalize


def finalize(value: object) -> object:
    """What an expression puts into a text: strings with their brackets escaped."""
    return escape(value) if isinstance(value, str) else value


def liczba(amount: int | Decimal | float, noun: str, *forms: str, przypadek: str = "M") -> str:
    """`{{ 5|liczba('dokument') }}` → 5 dokumentów; `przypadek='Ms'` → 5 dokumentach.

    Three forms (`liczba('blik', 'bliki', 'blików')`) for a noun that the dictionary lacks.
    """
    if forms:
        few, many = forms
        return f"{numbers.number(amount)}{numbers.NBSP}{numbers.choose(int(amount), noun, few, many)}"
    return numbers.counted(amount, noun, numbers.CASES[przypadek])


def data(moment: date | datetime | str, rok: bool = True) -> str:
    """`{{ d|data }}` → 21 listopada 2026 r.; `{{ d|data(rok=False) }}` → 21 listopada."""
    return dates.long_date(moment, year=rok)


def dzien_tygodnia(moment: date | datetime | str, przypadek: str = "M") -> str:
    """`{{ d|dzien_tygodnia }}` → sobota; `przypadek='B'` → sobotę."""
    return dates.weekday(moment, numbers.CASES[przypadek])


def w_dzien(moment: date | datetime | str) -> str:
    """`{{ d|w_dzien }}` → w sobotę, we wtorek."""
    return dates.on_weekday(moment)


def godzina(moment: datetime | time | str) -> str:
    """`{{ t|godzina }}` → 15:30."""
    return dates.clock(moment)


def pln(amount: int | Decimal | float | str) -> str:
    """`{{ 1500.5|pln }}` → 1 500,50 zł."""
    return numbers.money(amount)


def lista(items: Iterable[str], spojnik: str = "i") -> str:
    """`{{ ['a', 'b', 'c']|lista }}` → a, b i c; `lista('lub')` → a, b lub c."""
    return numbers.listed(items, spojnik)


def miejscownik(place: str) -> str:
    """`{{ 'Łódź'|miejscownik }}` → Łodzi."""
    return places.locative(place)


def w(place: str) -> str:
    """`{{ 'Wrocław'|w }}` → we Wrocławiu."""
    return places.in_place(place)


def odmiana(phrase: str, przypadek: str) -> str:
    """`{{ 'polisa mieszkaniowa'|odmiana('D') }}` → polisy mieszkaniowej."""
    return decline(phrase, numbers.CASES[przypadek])


FILTERS = {
    "liczba": liczba,
    "data": data,
    "dzien_tygodnia": dzien_tygodnia,
    "w_dzien": w_dzien,
    "godzina": godzina,
    "pln": pln,
    "lista": lista,
    "miejscownik": miejscownik,
    "w": w,
    "odmiana": odmiana,
}
