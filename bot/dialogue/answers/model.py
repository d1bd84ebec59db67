"""What reading a typed answer can come to; knows the names of kinds and reasons, and no Polish."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Union


class Kind(str, Enum):
    """The `type` of a `collect` step. The values are fixed: flows and the pipeline name them."""

    DATA = "data"
    GODZINA = "godzina"
    TELEFON = "telefon"
    PESEL = "pesel"
    NR_KONTA = "nr_konta"
    NR_REJESTRACYJNY = "nr_rejestracyjny"
    NR_POLISY = "nr_polisy"
    KWOTA = "kwota"
    EMAIL = "email"
    KOD_POCZTOWY = "kod_pocztowy"
    TAK_NIE = "tak_nie"
    TEKST = "tekst"
    WYBOR = "wybor"
    ZDJECIA = "zdjecia"
    LOKALIZACJA = "lokalizacja"

    def __str__(self) -> str:
        return self.value


class Reason(str, Enum):
    """Why a text is no answer: the closed list that texts explain to the customer."""

    NO_VALUE = "no_value"
    """Nothing of the kind was found."""
    UNSURE = "unsure"
    """The customer says that they do not know or do not remember."""
    AMBIGUOUS = "ambiguous"
    """Two different values, a range, or both yes and no."""
    VAGUE = "vague"
    """A time that names no single day or hour: "niedawno", "w lecie", "wieczorem"."""
    DATE_IN_FUTURE = "date_in_future"
    IMPOSSIBLE_DATE = "impossible_date"
    """31 April, 29 February of a common year; also a PESEL whose birth date cannot be."""
    IMPOSSIBLE_TIME = "impossible_time"
    """25:70."""
    WRONG_LENGTH = "wrong_length"
    """Digits are there, but too few or too many for the kind."""
    WRONG_CHECKSUM = "wrong_checksum"
    WRONG_SHAPE = "wrong_shape"
    """It looks like one, but none such is issued: a phone prefix, a plate, an address without a domain."""
    FOREIGN_ACCOUNT = "foreign_account"
    FOREIGN_CURRENCY = "foreign_currency"
    OUT_OF_RANGE = "out_of_range"
    """A negative amount, or one beyond all claims."""
    NOT_AN_OPTION = "not_an_option"

    def __str__(self) -> str:
        return self.value


Value = Union[str, bool, Decimal, "tuple[str, ...]"]


@dataclass(frozen=True)
class Answer:
    """A value read from the text between `start` and `end` (offsets of the text as given).

    By kind: data "2026-11-03"; godzina "15:30"; telefon E.164; pesel eleven digits; nr_konta "PL" and 26
    digits; nr_rejestracyjny and nr_polisy upper case without spaces; kwota a `Decimal` in PLN with exactly
    two places; email lower case; kod_pocztowy "NN-NNN"; tak_nie a bool; tekst the text; wybor the option's
    value; zdjecia a tuple of addresses; lokalizacja "lat,lon", a postal code, or a place as written.
    """

    kind: Kind
    value: Value
    start: int
    end: int


@dataclass(frozen=True)
class Rejection:
    """No value was taken from the text, and why."""

    kind: Kind
    reason: Reason


@dataclass(frozen=True)
class Found:
    """A value found in a free message, between `start` and `end` of the text as given."""

    kind: Kind
    value: Value
    start: int
    end: int
