"""What `find_answers` takes from a message nobody asked for, and what it leaves alone."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.answers import Answer, Kind, find_answers, parse_answer
from bot.dialogue.answers.folding import with_filled_gaps

from .report import NOW
from .test_parsing import near_answers

SAID = [
    ("stłuczka wczoraj na Puławskiej, auto WX 12345", {"data": "2026-11-23", "nr_rejestracyjny": "WX12345"}),
    ("3.11 o 15:30 ktoś mnie uderzył", {"data": "2026-11-03", "godzina": "15:30"}),
    ("zalało mnie w sobotę o ósmej rano", {"data": "2026-11-21", "godzina": "08:00"}),
    ("proszę dzwonić po 17 501 234 567", {"telefon": "+48501234567"}),
    ("mój pesel 44051401359, mail Jan@wp.pl", {"pesel": "44051401359", "email": "jan@wp.pl"}),
    (
        "przelew 1500 zł na 61 1090 1014 0000 0712 1981 2874",
        {"kwota": Decimal("1500.00"), "nr_konta": "PL61109010140000071219812874"},
    ),
    ("polisa AB123456789, mieszkam pod 00-950", {"nr_polisy": "AB123456789", "kod_pocztowy": "00-950"}),
    ("nie wczoraj, tylko przedwczoraj", {"data": "2026-11-22"}),
    ("polisa nr 123456789", {"nr_polisy": "123456789"}),
    (
        "kolizja 18.11.2026 ok. 7:40, sprawca PO 1AB23",
        {"data": "2026-11-18", "godzina": "07:40", "nr_rejestracyjny": "PO1AB23"},
    ),
    ("501234567@wp.pl", {"email": "501234567@wp.pl"}),
    ("proszę o telefon w sprawie szkody, mój numer 601 234 567", {"telefon": "+48601234567"}),
    ("oddzwońcie w sprawie szkody, 601234567", {"telefon": "+48601234567"}),
]
UNSAID = [
    "jak długo trwa likwidacja szkody? minęło już 30 dni",
    "nr szkody 123456789, co dalej?",
    "po 12345 telefonach mam dość",
    "mam dwa pytania o OC i AC",
    "mam to auto od 2 lat, klientem jestem od dziesięciu lat",
    "w środę lub czwartek? nie wiem",
    "czy macie oddział na Piotrkowskiej 17?",
    "zapłaciłem 3 raty po 2 tygodniach",
    "to nie mój pesel 44051401359",
    "maja samochody zastepcze?",
    "czy wy 24h na dobę działacie",
    "oni mają 3 auta",
    "kupiłem BMW 320 i VW Passat 2015",
    "faktura 123/2026",
    "piec gazowy się zepsuł",
]


@pytest.mark.parametrize(("text", "expected"), SAID, ids=[text for text, _ in SAID])
def test_it_takes_what_is_said(text: str, expected: dict[str, object]) -> None:
    assert {found.kind.value: found.value for found in find_answers(text, NOW)} == expected


@pytest.mark.parametrize("text", UNSAID)
def test_it_leaves_alone_what_only_looks_like_a_value(text: str) -> None:
    assert [found for found in find_answers(text, NOW) if found.kind is not Kind.DATA or "lub" not in text] == []


def test_only_the_kinds_asked_for_are_given() -> None:
    found = find_answers("wczoraj o 15:30, WX 12345", NOW, kinds=["godzina"])
    assert [(item.kind, item.value) for item in found] == [(Kind.GODZINA, "15:30")]


def test_spans_are_those_of_the_text_as_given() -> None:
    text = "zalało mnie wczoraj, tel. 501-234-567"
    assert [text[item.start : item.end] for item in find_answers(text, NOW)] == ["wczoraj", "501-234-567"]


@given(text=st.text(max_size=80) | near_answers)
def test_values_found_never_overlap(text: str) -> None:
    found = find_answers(text, NOW)
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert not {Kind.TAK_NIE, Kind.WYBOR, Kind.TEKST} & {item.kind for item in found}


@pytest.mark.parametrize("blank", [" ", "\n", "\t \u200b", "\u2060"])
def test_thousands_of_blanks_are_no_work_and_change_no_value(blank: str) -> None:
    text = f"tel 600 700 800{blank * 1000}jan@example.pl"
    filled = with_filled_gaps(text)
    assert len(filled) == len(text) and "  " not in filled and "\n" not in filled
    assert [(item.kind, text[item.start : item.end]) for item in find_answers(text, NOW)] == [
        (Kind.TELEFON, "600 700 800"),
        (Kind.EMAIL, "jan@example.pl"),
    ]
    told = parse_answer("email", f"mail:{blank * 1000}jan@example.pl", NOW)
    assert isinstance(told, Answer) and told.value == "jan@example.pl"
