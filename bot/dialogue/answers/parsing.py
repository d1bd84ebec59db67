"""`parse_answer`: one typed value out of a customer's answer; knows which reading belongs to which kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .accounts import find_accounts
from .choices import Option, find_choices
from .dates import find_dates, phrases_of
from .emails import find_emails
from .folding import without_gaps
from .hours import find_hours
from .message import LONGEST, Message
from .model import Answer, Kind, Reason, Rejection
from .money import find_sums
from .personal_ids import find_pesels
from .phones import find_phones
from .places import read_links, read_place, read_text
from .plates import find_plates
from .policies import DEFAULT_PATTERN, find_policies
from .postcodes import find_postcodes
from .settling import Candidate, is_unsure, settle
from .written_dates import Phrase
from .yes_no import read_yes_no

BUSINESS_TIME = ZoneInfo("Europe/Warsaw")

_WHOLE: dict[Kind, Callable[[Message], Answer | Rejection]] = {
    Kind.TAK_NIE: read_yes_no,
    Kind.TEKST: read_text,
    Kind.ZDJECIA: read_links,
    Kind.LOKALIZACJA: read_place,
}
"""Kinds read from the message as a whole."""


def local(now: datetime) -> datetime:
    """`now` in Warsaw; without a zone it is Warsaw time already."""
    return now.replace(tzinfo=BUSINESS_TIME) if now.tzinfo is None else now.astimezone(BUSINESS_TIME)


_SURE = 3
_COUNTED_FROM_NOW = re.compile(r"\b(?:temu|przed|za|minut\w*|godzin\w*)\b")
_SHORT_DATE = re.compile(r"\d{1,2}[.,-]\d{1,2}")


def _holds_no_hour(message: Message, phrase: Phrase) -> bool:
    """Whether the digits of a date are surely none of a time: "3.11" could be, "3 listopada" not."""
    text = message.folded[phrase.start : phrase.end]
    has_digits = any(character.isdigit() for character in text)
    return phrase.sure and has_digits and not _SHORT_DATE.fullmatch(text) and not _COUNTED_FROM_NOW.search(text)


def hours_beside_dates(message: Message, now: datetime) -> list[Candidate]:
    """Times of day, with the digits of dates left alone."""
    dates = [phrase for phrase in phrases_of(message, now) if _holds_no_hour(message, phrase)]
    return find_hours(message, now, [(phrase.start, phrase.end) for phrase in dates])


def _equally_sure(candidates: list[Candidate]) -> list[Candidate]:
    """In an answer "2 tys" contradicts "500 zł", and "po siódmej" "7:30", as much as the other way round."""
    return [replace(candidate, strength=min(candidate.strength, _SURE)) for candidate in candidates]


def _candidates(
    kind: Kind, message: Message, now: datetime, pattern: str, options: Sequence[Option]
) -> list[Candidate]:
    readings: dict[Kind, Callable[[], list[Candidate]]] = {
        Kind.DATA: lambda: find_dates(message, now),
        Kind.GODZINA: lambda: _equally_sure(hours_beside_dates(message, now)),
        Kind.TELEFON: lambda: find_phones(message, now),
        Kind.PESEL: lambda: find_pesels(message, now),
        Kind.NR_KONTA: lambda: find_accounts(message),
        Kind.NR_REJESTRACYJNY: lambda: find_plates(message),
        Kind.NR_POLISY: lambda: find_policies(message, pattern),
        Kind.KWOTA: lambda: _equally_sure(find_sums(message)),
        Kind.EMAIL: lambda: find_emails(message),
        Kind.KOD_POCZTOWY: lambda: find_postcodes(message),
        Kind.WYBOR: lambda: find_choices(message, options),
    }
    return readings[kind]()


def parse_answer(
    kind: str,
    text: str,
    now: datetime,
    *,
    options: Sequence[Option] = (),
    pattern: str = DEFAULT_PATTERN,
) -> Answer | Rejection:
    """The value of `kind` that `text` gives, normalised, or why it gives none.

    `now` is the moment of the message, aware (or naive in Warsaw time); dates and hours are those of
    Warsaw. `options`: for wybor, the choices in the order offered, each a value or (value, label); for
    lokalizacja, the towns known, if the place must be one of them. `pattern`: for nr_polisy, a regular
    expression that the whole number in upper case without separators must match.
    Raises ValueError for an unknown kind, and never because of the text.
    """
    wanted = Kind(kind)
    message = Message(text if wanted is Kind.TEKST else without_gaps(text[:LONGEST]))
    if wanted is Kind.LOKALIZACJA and options:
        chosen = settle(wanted, message, find_choices(message, options))
        return chosen if isinstance(chosen, Answer) else read_place(message)
    if wanted in _WHOLE:
        return _WHOLE[wanted](message)
    outcome = settle(wanted, message, _candidates(wanted, message, local(now), pattern, options))
    if wanted is Kind.WYBOR and outcome == Rejection(wanted, Reason.NO_VALUE) and not is_unsure(message):
        return Rejection(wanted, Reason.NOT_AN_OPTION)
    return outcome
