"""What the acts get from the CRM: nothing about a claim before its owner is known, and three tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.crm import CompanyFacts, DemoCrm
from bot.crm.facts import MOST_TRIES, claim_number

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Someone:
    page_id: str = "110022"
    psid: str = "stranger"
    crm_id: str | None = None


@pytest.fixture
def facts() -> CompanyFacts:
    return CompanyFacts(DemoCrm(), lambda: NOW)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("SK/2026/004500", "SK/2026/004500"),
        ("sk/2026/4500", "SK/2026/004500"),
        ("numer to SK 2026 004500 proszę", "SK/2026/004500"),
        ("sk-2026-4500", "SK/2026/004500"),
        ("R/2026/12", "R/2026/000012"),
        ("nie pamiętam", None),
        ("4500", None),
        ("", None),
    ],
)
def test_claim_numbers_are_read_as_people_type_them(written: str, number: str | None) -> None:
    assert claim_number(written) == number


async def test_a_linked_customer_is_known_and_a_stranger_is_not(facts: CompanyFacts) -> None:
    assert (await facts.known(Someone(psid="pokaz-1")))["crm.imie"]["value"] == "Tomasz"
    assert (await facts.known(Someone(crm_id="K0002")))["crm.imie"]["value"] == "Grażyna"
    assert await facts.known(Someone()) == {}


async def test_finding_a_claim_says_nothing_about_it(facts: CompanyFacts) -> None:
    found = await facts.find_claim(Someone(), {"nr_szkody": "sk 2026 4500"})
    assert found == {"znaleziono": True, "tozsamosc_do_sprawdzenia": True, "nr_szkody": "SK/2026/004500"}


async def test_a_claim_is_found_by_plate_and_day(facts: CompanyFacts) -> None:
    wanted = {"nr_rejestracyjny": "WX48213", "data_zdarzenia": "2026-11-12"}
    assert (await facts.find_claim(Someone(), wanted))["nr_szkody"] == "SK/2026/004500"


@pytest.mark.parametrize(
    "wanted", [{}, {"nr_szkody": "nie pamiętam"}, {"nr_rejestracyjny": "WX48213"}, {"nr_szkody": "SK/2026/999999"}]
)
async def test_what_cannot_be_found_is_not_found(facts: CompanyFacts, wanted: dict[str, str]) -> None:
    assert await facts.find_claim(Someone(), wanted) == {"znaleziono": False}


async def test_the_owner_learns_the_state(facts: CompanyFacts) -> None:
    given = {"nr_szkody": "SK/2026/004507", "cyfry": "5688"}
    assert await facts.check_identity(Someone(), given, tries=0) == {
        "potwierdzona": True,
        "proby": 1,
        "nr_szkody": "SK/2026/004507",
        "stan_szkody": "dokumenty",
        "brakuje_dokumentow": ["dowód rejestracyjny", "oświadczenie sprawcy"],
        "termin": "2026-11-28",
        "kwota": None,
    }


async def test_a_wrong_answer_shows_nothing_and_is_counted(facts: CompanyFacts) -> None:
    given = {"nr_szkody": "SK/2026/004507", "cyfry": "1234"}
    assert await facts.check_identity(Someone(), given, tries=1) == {"potwierdzona": False, "proby": 2}


async def test_after_three_tries_even_the_right_answer_is_refused(facts: CompanyFacts) -> None:
    given = {"nr_szkody": "SK/2026/004507", "cyfry": "5688"}
    answer = await facts.check_identity(Someone(), given, tries=MOST_TRIES)
    assert answer == {"potwierdzona": False, "proby": MOST_TRIES + 1}
