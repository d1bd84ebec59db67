"""What `parse_answer` promises of any text: types, validity, time, and the moment passed in."""

from __future__ import annotations

import json
import re
import string
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.pl import pesel

from bot.dialogue.answers import Answer, Kind, Reason, Rejection, Value, parse_answer

from .report import NOW, OPTIONS

NAUGHTY = Path(__file__).parents[3].parent / "shared" / "data" / "blns.json"
SHAPES = {
    Kind.DATA: r"\d{4}-\d\d-\d\d",
    Kind.GODZINA: r"([01]\d|2[0-3]):[0-5]\d",
    Kind.TELEFON: r"\+[1-9]\d{7,14}",
    Kind.PESEL: r"\d{11}",
    Kind.NR_KONTA: r"PL\d{26}",
    Kind.NR_REJESTRACYJNY: r"[A-Z0-9]{4,9}",
    Kind.NR_POLISY: r"([A-Z]{2})?\d{9,12}",
    Kind.KWOTA: r"\d{1,8}\.\d\d",
    Kind.EMAIL: r"[^\s@A-Z]+@[^\s@A-Z]+\.[a-z]{2,24}",
    Kind.KOD_POCZTOWY: r"\d\d-\d{3}",
    Kind.TAK_NIE: r"True|False",
}
_WORDS = (
    "nie tak 3 11 501 234 567 o po wpół do ósmej za kwadrans wtorek zeszły temu tyg listopada 2026 WX 12345 PL zł tys "
    "półtora dwa tysiące @ wp.pl , . - pesel 44051401359 i pół 61 1090 1014 0000 0712 1981 2874 +48 00"
)
near_answers = st.text(alphabet=string.digits + "  -.,:/+@aeiołówzkęśż", max_size=60) | st.lists(
    st.sampled_from(_WORDS.split()), max_size=12
).map(" ".join)


def value_of(kind: Kind, text: str, now: datetime = NOW) -> Value:
    outcome = parse_answer(kind.value, text, now, options=OPTIONS)
    assert isinstance(outcome, Answer), outcome
    return outcome.value


def reason_of(kind: Kind, text: str) -> Reason:
    outcome = parse_answer(kind.value, text, NOW, options=OPTIONS)
    assert isinstance(outcome, Rejection), outcome
    return outcome.reason


def assert_sound(kind: Kind, text: str) -> None:
    outcome = parse_answer(kind.value, text, NOW, options=OPTIONS)
    assert outcome.kind is kind
    if isinstance(outcome, Answer):
        assert 0 <= outcome.start <= outcome.end <= len(text)
        if kind in SHAPES:
            assert re.fullmatch(SHAPES[kind], str(outcome.value)), outcome


@pytest.mark.parametrize("kind", list(Kind), ids=str)
@given(text=st.text(max_size=80) | near_answers)
def test_any_text_gives_a_value_of_the_promised_shape_or_a_rejection(kind: Kind, text: str) -> None:
    assert_sound(kind, text)


@pytest.mark.parametrize("kind", list(Kind), ids=str)
@pytest.mark.parametrize(
    "unit", ["9", "1 ", "a ", "5 0 1-", "nie ", "a@b.", "3.11 ", "o 15 ", "dwa tysiące ", "\x00\u202e", "👍"]
)
def test_a_text_of_twenty_thousand_characters_is_read_too(kind: Kind, unit: str) -> None:
    assert_sound(kind, (unit * 20_000)[:20_000])


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside this repository")
@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_naughty_strings_are_read_without_harm(kind: Kind) -> None:
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        assert_sound(kind, text)


@given(text=near_answers)
def test_an_accepted_pesel_is_valid_and_born(text: str) -> None:
    outcome = parse_answer("pesel", text, NOW)
    if isinstance(outcome, Answer):
        assert pesel.is_valid(str(outcome.value))
        assert pesel.get_birth_date(str(outcome.value)) <= NOW.date()


@given(text=near_answers)
def test_an_accepted_account_passes_its_checksum(text: str) -> None:
    outcome = parse_answer("nr_konta", text, NOW)
    assert isinstance(outcome, Rejection) or iban.is_valid(str(outcome.value))


@given(text=near_answers)
def test_an_accepted_phone_number_is_in_its_numbering_plan(text: str) -> None:
    outcome = parse_answer("telefon", text, NOW)
    if isinstance(outcome, Answer):
        assert phonenumbers.is_valid_number(phonenumbers.parse(str(outcome.value), None))


@given(digits=st.text(string.digits, min_size=10, max_size=10), sign=st.sampled_from(["", " ", "-"]))
def test_eleven_digits_with_the_check_digit_changed_are_no_pesel_and_no_phone(digits: str, sign: str) -> None:
    wrong = digits + str((int(pesel.calc_check_digit(digits)) + 3) % 10)
    text = f"pesel {wrong[:6]}{sign}{wrong[6:]}"
    assert isinstance(parse_answer("pesel", text, NOW), Rejection)
    assert isinstance(parse_answer("telefon", text, NOW), Rejection)


@given(
    day=st.dates(date(1990, 1, 1), NOW.date()),
    form=st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y r."]),
)
def test_a_date_written_in_full_comes_back(day: date, form: str) -> None:
    assert value_of(Kind.DATA, f"to było {day.strftime(form)}, chyba") == day.isoformat()


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), sign=st.sampled_from(":."))
def test_a_time_on_the_clock_comes_back(hour: int, minute: int, sign: str) -> None:
    assert value_of(Kind.GODZINA, f"około {hour}{sign}{minute:02}") == f"{hour:02}:{minute:02}"


@given(grosze=st.integers(0, 9_999_999_99))
def test_an_amount_as_poles_write_it_comes_back(grosze: int) -> None:
    amount = Decimal(grosze) / 100
    written = f"{amount:,.2f}".replace(",", " ").replace(".", ",")
    assert value_of(Kind.KWOTA, f"jakieś {written} zł") == amount


@given(
    digits=st.from_regex(r"(5[0137]|6[069]|7[2389]|88)[0-9]{7}", fullmatch=True),
    cuts=st.sets(st.integers(1, 8), max_size=4),
)
def test_a_mobile_number_comes_back_however_it_is_grouped(digits: str, cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), 9]
    grouped = " ".join(digits[a:b] for a, b in pairwise(edges))
    outcome = parse_answer("telefon", f"mój numer to {grouped}", NOW)
    assert isinstance(outcome, Rejection) or outcome.value == f"+48{digits}"


def test_days_are_those_of_warsaw_whatever_the_zone_of_the_moment() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert value_of(Kind.DATA, "dzisiaj", late) == "2026-11-24"
    assert value_of(Kind.DATA, "dzisiaj", late.astimezone(timezone(timedelta(hours=-8)))) == "2026-11-24"


def test_a_moment_without_a_zone_is_warsaw_time() -> None:
    assert value_of(Kind.DATA, "dzisiaj", datetime(2026, 11, 24, 0, 30)) == "2026-11-24"  # noqa: DTZ001


def test_the_day_of_the_week_is_strictly_before_today() -> None:
    days = {value_of(Kind.DATA, name) for name in ("we wtorek", "w zeszły wtorek", "wtorek")}
    assert days == {"2026-11-17"}


def test_a_typed_letter_made_of_two_characters_does_not_shift_the_span() -> None:
    text = "śro\u0301da? nie, wczoraj"
    outcome = parse_answer("data", text, NOW)
    assert isinstance(outcome, Answer)
    assert text[outcome.start : outcome.end] == "wczoraj"


def test_the_shape_of_a_policy_number_is_a_setting() -> None:
    outcome = parse_answer("nr_polisy", "mam polise prz-12/3456", NOW, pattern=r"PRZ\d{6}")
    assert isinstance(outcome, Answer)
    assert outcome.value == "PRZ123456"
    assert isinstance(parse_answer("nr_polisy", "123456789", NOW, pattern=r"PRZ\d{6}"), Rejection)


def test_an_amount_is_a_decimal_with_two_places() -> None:
    assert str(value_of(Kind.KWOTA, "2 tys")) == "2000.00"
    assert isinstance(value_of(Kind.KWOTA, "2 tys"), Decimal)


def test_options_may_be_plain_strings() -> None:
    outcome = parse_answer("wybor", "ten drugi", NOW, options=["Messenger", "List", "E-mail"])
    assert isinstance(outcome, Answer)
    assert outcome.value == "List"


def test_a_town_is_taken_from_the_list_where_there_is_one() -> None:
    outcome = parse_answer("lokalizacja", "jestem w Krakowie", NOW, options=["Łódź", "Kraków", "Gdańsk"])
    assert isinstance(outcome, Answer)
    assert outcome.value == "Kraków"


def test_a_place_is_coordinates_a_postal_code_or_a_name() -> None:
    assert value_of(Kind.LOKALIZACJA, "52.2297, 21.0122") == "52.2297,21.0122"
    assert value_of(Kind.LOKALIZACJA, "31-500 Kraków") == "31-500"
    assert value_of(Kind.LOKALIZACJA, "mieszkam w Łodzi") == "Łodzi"


def test_free_text_is_kept_and_nothing_is_no_text() -> None:
    assert value_of(Kind.TEKST, "  Zalało\tłazienkę \n i kuchnię. ") == "Zalało łazienkę \n i kuchnię."
    assert reason_of(Kind.TEKST, " \u200b\t") is Reason.NO_VALUE


def test_pictures_come_as_addresses() -> None:
    assert value_of(Kind.ZDJECIA, "oto https://x.example/1.jpg") == ("https://x.example/1.jpg",)
    assert reason_of(Kind.ZDJECIA, "zaraz wyślę") is Reason.NO_VALUE


def test_an_unknown_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="kolor"):
        parse_answer("kolor", "czerwony", NOW)


def test_kinds_and_reasons_print_as_their_codes() -> None:
    assert f"{Kind.NR_KONTA} {Reason.DATE_IN_FUTURE}" == "nr_konta date_in_future"
