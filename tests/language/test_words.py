"""Numbers, dates, money, lists and places, through Jinja2 as texts use them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import jinja2
import pytest

from bot.language import Address, inflect
from bot.language.declension import UninflectableError, decline
from bot.language.filters import register_filters

SATURDAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    made = jinja2.Environment(undefined=jinja2.StrictUndefined)
    register_filters(made)
    return made


def say(env: jinja2.Environment, template: str, **values: object) -> str:
    return env.from_string(template).render(values).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, "0 dokumentów"), (1, "1 dokument"), (2, "2 dokumenty"), (4, "4 dokumenty"), (5, "5 dokumentów"),
     (12, "12 dokumentów"), (22, "22 dokumenty"), (112, "112 dokumentów"), (1.5, "1,5 dokumentu")],
)  # fmt: skip
def test_nouns_agree_with_the_number_before_them(env: jinja2.Environment, amount: float, expected: str) -> None:
    assert say(env, "{{ n|liczba('dokument') }}", n=amount) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 5|liczba('osoba') }}", "5 osób"),
        ("{{ 2|liczba('rok') }} i {{ 5|liczba('rok') }}", "2 lata i 5 lat"),
        ("{{ 2|liczba('klient') }}", "2 klientów"),
        ("{{ 30|liczba('dzień roboczy') }}", "30 dni roboczych"),
        ("{{ 3|liczba('nowa wiadomość') }}", "3 nowe wiadomości"),
        ("w {{ 5|liczba('dokument', przypadek='Ms') }}", "w 5 dokumentach"),
        ("widzę {{ 1|liczba('osoba', przypadek='B') }}", "widzę 1 osobę"),
        ("{{ 3|liczba('blik', 'bliki', 'blików') }}", "3 bliki"),
        ("{{ 12345|liczba('osoba') }}", "12 345 osób"),
        ("{{ 1500.5|pln }}, {{ 2000|pln }}, {{ '0.5'|pln }}", "1 500,50 zł, 2 000 zł, 0,50 zł"),
        ("{{ ['a', 'b', 'c']|lista }}; {{ ['a']|lista }}; {{ ['a', 'b']|lista('lub') }}", "a, b i c; a; a lub b"),
        ("{{ 'polisa mieszkaniowa'|odmiana('D') }}", "polisy mieszkaniowej"),
    ],
)
def test_filters_write_polish(env: jinja2.Environment, template: str, expected: str) -> None:
    assert say(env, template) == expected


def test_dates_stand_in_the_genitive_and_in_local_time(env: jinja2.Environment) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert say(env, "{{ d|data }}", d=SATURDAY) == "21 listopada 2026 r."
    assert say(env, "{{ d|data(rok=False) }} o {{ d|godzina }}", d=late) == "21 listopada o 0:30"
    assert say(env, "{{ d|dzien_tygodnia }}, {{ d|w_dzien }}", d=SATURDAY) == "sobota, w sobotę"
    assert say(env, "{{ '2026-11-24'|w_dzien }} o {{ t|godzina }}", t=time(9, 5)) == "we wtorek o 9:05"


@pytest.mark.parametrize(
    ("town", "expected"),
    [("Łódź", "w Łodzi"), ("Wrocław", "we Wrocławiu"), ("Warszawa", "w Warszawie"), ("Katowice", "w Katowicach"),
     ("Zakopane", "w Zakopanem"), ("Nowy Sącz", "w Nowym Sączu"), ("Bielsko-Biała", "w Bielsku-Białej"),
     ("Ostrów Wielkopolski", "w Ostrowie Wielkopolskim"), ("Włocławek", "we Włocławku"), ("Białystok", "w Białymstoku"),
     ("Ruda Śląska", "w Rudzie Śląskiej"), ("Xyzopol", "w miejscowości Xyzopol")],
)  # fmt: skip
def test_towns_take_the_locative(env: jinja2.Environment, town: str, expected: str) -> None:
    assert say(env, "{{ town|w }}", town=town) == expected


def test_an_unknown_word_is_refused_rather_than_guessed() -> None:
    with pytest.raises(UninflectableError):
        decline("Xyzopol", "loc")


def test_brackets_in_values_come_out_as_typed(env: jinja2.Environment) -> None:
    template = env.from_string("[Podał Pan]: {{ opis }}").render(opis="[zgłosił] \\ |")
    assert inflect(template, Address.PANI) == "Podała Pani: [zgłosił] \\ |"
