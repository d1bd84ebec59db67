"""What flows may offer instead of asking, and how much of it they may show."""

from __future__ import annotations

from datetime import date

from bot.crm import CrmCustomer, Policy, PolicyKind, known
from bot.crm.known import masked_email, without_flat

ANNA = CrmCustomer("K1", "Anna", "Kos", "+48601435846", "anna.kos@poczta.example", "ul. Długa 31/2, 80-827 Gdańsk")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
OC = Policy("PR111111111", PolicyKind.OC, *YEAR, plate="GD5R871")
AC = Policy("PR222222222", PolicyKind.AC, *YEAR, plate="GD5R871")
SECOND_CAR = Policy("PR333333333", PolicyKind.OC, *YEAR, plate="GA12345")
HOME = Policy("PR444444444", PolicyKind.HOME, *YEAR)
TODAY = date(2026, 11, 21)


def test_labels_show_only_what_may_be_shown_to_a_stranger() -> None:
    facts = known(ANNA, [OC, AC, HOME], TODAY)
    assert {name: fact["label"] for name, fact in facts.items()} == {
        "crm.id": "K1",
        "crm.imie": "Anna",
        "crm.nazwisko": "Kos",
        "crm.telefon": "846",
        "crm.email": "a•••@poczta.example",
        "crm.adres": "ul. Długa 31, Gdańsk",
        "crm.nr_rejestracyjny": "GD5R871",
        "crm.nr_polisy": "2222",
        "crm.nr_polisy_dom": "4444",
    }


def test_values_are_whole() -> None:
    facts = known(ANNA, [OC], TODAY)
    assert facts["crm.telefon"]["value"] == "+48601435846"
    assert facts["crm.adres"]["value"] == ANNA.address
    assert facts["crm.nr_polisy"]["value"] == "PR111111111"


def test_with_two_cars_neither_plate_nor_policy_is_guessed() -> None:
    facts = known(ANNA, [OC, SECOND_CAR], TODAY)
    assert "crm.nr_rejestracyjny" not in facts
    assert "crm.nr_polisy" not in facts


def test_policies_that_are_over_are_not_offered() -> None:
    assert "crm.nr_polisy" not in known(ANNA, [OC, AC], date(2027, 1, 1))


def test_what_the_company_does_not_know_is_left_out() -> None:
    facts = known(CrmCustomer("K2", "Jan", "Grab"))
    assert set(facts) == {"crm.id", "crm.imie", "crm.nazwisko"}


def test_masks_survive_odd_addresses() -> None:
    assert masked_email("") == ""
    assert masked_email("x") == ""
    assert without_flat("Kwiatowa 12") == "Kwiatowa 12"
    assert without_flat("Kwiatowa 12/3, Gdynia") == "Kwiatowa 12, Gdynia"
