"""What the crowd says and what must be said to it: dialogues whose correct transcript is known, with a number in each.

The number stands in what a customer writes and in what is read back, so that an answer that went to somebody else, or
was made of somebody else's words, is seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

CASE_NUMBER = re.compile(r"\b[A-Z]{1,2}/\d{4}/\d{6}\b")


@dataclass(frozen=True, slots=True)
class Line:
    """What the customer writes and the responses that answer it, by name; none: silence is right."""

    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """`burst`: everything is written without waiting. `case`: the kind of case that is open in the end."""

    name: str
    lines: tuple[Line, ...]
    burst: bool = False
    case: str | None = None
    # The last lines belong to a person: the assistant says nothing after line `asks_for_person`.
    asks_for_person: int | None = None


_QUESTIONS = (
    Line("jaki jest numer infolinii?", ("utter_faq/infolinia",)),
    Line("w jakich godzinach pracujecie?", ("utter_faq/godziny_otwarcia",)),
    Line("czy mogę płacić w ratach?", ("utter_faq/raty",)),
    Line("jakie dokumenty do szkody?", ("utter_faq/dokumenty_do_szkody",)),
)

QUESTIONS = Script("pytania", _QUESTIONS)
BURST = Script("pytania naraz", _QUESTIONS, burst=True)
COMPLAINT = Script(
    "reklamacja",
    (
        Line("chcę złożyć reklamację", ("utter_ask_temat_reklamacji",)),
        Line("zaniżona wycena zderzaka, sprawa {n}", ("utter_ask_od_kiedy",)),
        Line("nie pamiętam", ("utter_skipped", "utter_ask_oczekiwanie")),
        Line("proszę o dopłatę do sprawy {n}", ("utter_ask_forma_odpowiedzi",)),
        Line("messenger", ("utter_summary",)),
        Line("tak", ("utter_reklamacja_przyjeta",)),
    ),
    case="reklamacja",
)
CLAIM = Script(
    "szkoda",
    (
        Line("chcę zgłosić szkodę komunikacyjną", ("utter_ask_ranni",)),
        Line("nie", ("utter_ask_rola",)),
        Line("z mojego ac", ("utter_ask_nr_rejestracyjny",)),
        Line("WX {n}", ("utter_ask_data_zdarzenia",)),
        Line("wczoraj", ("utter_ask_godzina_zdarzenia",)),
        Line("pomiń", ("utter_skipped", "utter_ask_miejsce_zdarzenia")),
        Line("Puławska 12, Warszawa", ("utter_ask_opis_zdarzenia",)),
        Line("stłuczka na parkingu {n}", ("utter_ask_inne_auto",)),
        Line("nie", ("utter_ask_jezdzi",)),
        Line("tak", ("utter_ask_zdjecia",)),
        Line("pomiń", ("utter_skipped", "utter_ask_telefon")),
        Line("601 2{n}", ("utter_ask_nr_polisy",)),
        Line("pomiń", ("utter_skipped", "utter_summary")),
        Line("tak", ("utter_szkoda_przyjeta",)),
    ),
    case="szkoda_komunikacyjna",
)
PERSON = Script(
    "człowiek",
    (
        Line("jaki jest numer infolinii?", ("utter_faq/infolinia",)),
        Line("chcę rozmawiać z konsultantem"),
        Line("nadal czekam, sprawa {n}"),
        Line("jaki jest numer infolinii?"),
    ),
    asks_for_person=1,
)
SCRIPTS = (QUESTIONS, COMPLAINT, BURST, PERSON, QUESTIONS, COMPLAINT, CLAIM)


def worded(line: Line, number: str) -> str:
    return line.text.replace("{n}", number)


def template(text: str, number: str) -> str:
    """A transcript's text without what differs from customer to customer."""
    # A plate, and a telephone number in groups of three: the same number, written as the product reads it back.
    telephone = f"601 2{number[:2]} {number[2:]}"
    return CASE_NUMBER.sub("{case}", text.replace(telephone, "{telephone}").replace(number, "{n}"))


# Line → part of its answer ("0:0", "1:0", …) → the text's template; learnt in calm weather (crowd.rehearse).
Learnt = Mapping[str, tuple[Mapping[str, str], ...]]
