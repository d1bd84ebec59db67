"""What proves who somebody is, and what does not."""

from __future__ import annotations

import pytest

from bot.crm.identity import matches

PESEL, PHONE = "84031223098", "+48601435846"


@pytest.mark.parametrize(
    "given",
    ["3098", "to będzie 3098", "3 0 9 8", PESEL, "601 435 846", "+48 601-435-846", "0048601435846", "nr 601435846"],
)
def test_the_right_digits_are_accepted_however_they_are_written(given: str) -> None:
    assert matches(given, PESEL, PHONE)


@pytest.mark.parametrize(
    "given",
    ["", "nie wiem", "3099", "098", "93098", "5846", "435846", "3098 i 601435846", "84031223099", "601435847"],
)
def test_anything_else_is_refused_even_the_end_of_the_phone_number(given: str) -> None:
    assert not matches(given, PESEL, PHONE)


@pytest.mark.parametrize("given", ["", "0000", "601435846"])
def test_nobody_passes_where_the_company_knows_nothing(given: str) -> None:
    assert not matches(given, None, None)
    assert not matches(given, "", "")
