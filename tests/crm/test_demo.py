"""The embedded CRM: its people are well formed and answer as the port promises."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.pl import pesel

from bot.crm import ClaimState, DemoCrm
from bot.crm.demo import DEMO_FILE
from bot.dialogue.answers import Answer, parse_answer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = yaml.safe_load(DEMO_FILE.read_text(encoding="utf-8"))["customers"]
LOCALE = Path(__file__).parents[2] / "locales" / "pl" / "konsultant.yml"


@pytest.fixture
def crm() -> DemoCrm:
    return DemoCrm()


def test_there_are_twenty_people_and_claims_in_every_state() -> None:
    claims = [claim for person in PEOPLE for claim in person.get("claims") or ()]
    assert len(PEOPLE) == 20
    assert {claim["state"] for claim in claims} == {state.value for state in ClaimState}


def test_every_state_has_its_words_in_the_locale() -> None:
    words = yaml.safe_load(LOCALE.read_text(encoding="utf-8"))["claim_states"]
    assert set(words) == {state.value for state in ClaimState}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["id"]))
def test_every_invented_number_is_well_formed(person: dict[str, str]) -> None:
    assert pesel.is_valid(person["pesel"])
    assert person["phone"].startswith("+48")
    assert len(person["phone"]) == 12


def test_no_two_people_share_a_number() -> None:
    for key in ("id", "pesel", "phone", "email"):
        values = [person[key] for person in PEOPLE]
        assert len(set(values)) == len(values), key


async def test_a_customer_is_found_by_link_and_id(crm: DemoCrm) -> None:
    person = PEOPLE[0]
    found = [
        await crm.by_link("any page", person["psid"]),
        await crm.by_id(person["id"]),
    ]
    assert [customer and customer.id for customer in found] == [person["id"]] * 2


async def test_nobody_is_found_where_nobody_is(crm: DemoCrm) -> None:
    assert await crm.by_link("page", "stranger") is None
    assert await crm.by_id("K9999") is None
    assert list(await crm.policies("K9999")) == []
    assert list(await crm.claims("K9999")) == []
    assert await crm.claim("SK/2026/999999") is None


async def test_a_claim_is_found_by_vehicle_only_on_its_day(crm: DemoCrm) -> None:
    claim = await crm.claim_of_vehicle("WX48213", date(2026, 11, 12))
    assert claim is not None
    assert claim.number == "SK/2026/004500"
    assert await crm.claim_of_vehicle("WX48213", date(2026, 11, 13)) is None


async def test_identity_is_confirmed_by_pesel_digits_or_the_whole_phone(crm: DemoCrm) -> None:
    person = PEOPLE[0]
    assert await crm.confirms_identity(person["id"], person["pesel"][-4:])
    assert await crm.confirms_identity(person["id"], person["phone"])
    assert not await crm.confirms_identity(person["id"], "0000")
    assert not await crm.confirms_identity("K9999", person["pesel"][-4:])


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["id"]))
def test_the_product_itself_would_accept_every_number(person: dict[str, Any]) -> None:
    read = [("telefon", person["phone"])]
    for policy in person["policies"]:
        read.append(("nr_polisy", policy["number"]))
        if "plate" in policy:
            read.append(("nr_rejestracyjny", policy["plate"]))
    for kind, number in read:
        answer = parse_answer(kind, number, NOW)
        assert isinstance(answer, Answer)
        assert answer.value == number
