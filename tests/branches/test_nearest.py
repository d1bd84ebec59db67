"""The nearest branches for towns as people write them, postal codes and shared locations."""

from __future__ import annotations

import re

import pytest

from bot.branches import Branches, Place, kilometres, nearest
from bot.branches.nearest import as_slots, distance_in_words
from bot.messenger.limits import CARD_SUBTITLE, CARD_TITLE

BRANCHES = Branches()


def first(text: str) -> str | None:
    found = BRANCHES.near_text(text)
    return found[0].branch.town if found else None


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Łódź", "Łódź"),
        ("w Łodzi", "Łódź"),
        ("lodz", "Łódź"),
        ("LODZI", "Łódź"),
        ("okolice Krakowa", "Kraków"),
        ("krakuw", "Kraków"),
        ("Warszwa", "Warszawa"),
        ("pod Warszawą", "Warszawa"),
        ("w Bielsku-Białej", "Bielsko-Biała"),
        ("bielsko", "Bielsko-Biała"),
        ("Zielonej Górze", "Zielona Góra"),
        ("zielona gora", "Zielona Góra"),
        ("pod Nowym Sączem", "Nowy Sącz"),
        ("mieszkam koło Poznania", "Poznań"),
        ("gorzow wlkp", "Gorzów Wielkopolski"),
        ("we Wrocławiu na Krzykach", "Wrocław"),
        ("trójmiasto", "Gdańsk"),
        ("Tychy", "Katowice"),
        ("Sopot", "Gdańsk"),
    ],
)
def test_a_town_is_understood_inflected_folded_and_mistyped(text: str, town: str) -> None:
    assert first(text) == town


@pytest.mark.parametrize(
    "text", ["", "xyz", "w tych okolicach", "nie wiem", "niedaleko domu", "najbliższą placówkę poproszę", "🙂"]
)
def test_no_place_is_guessed_where_none_is_named(text: str) -> None:
    assert BRANCHES.near_text(text) == []


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("00-950", "Warszawa"),
        ("31 927", "Kraków"),
        ("87100", "Toruń"),
        ("kod 33-300", "Nowy Sącz"),
        ("80-001", "Gdańsk"),
    ],
)
def test_a_postal_code_leads_to_its_area(text: str, town: str) -> None:
    assert first(text) == town


@pytest.mark.parametrize("prefix", range(100))
def test_every_postal_area_of_the_country_is_known(prefix: int) -> None:
    known = BRANCHES.near_text(f"{prefix:02d}-100")
    assert bool(known) is (prefix != 79)  # no code begins with 79


def test_a_shared_location_counts_before_words() -> None:
    found = BRANCHES.nearest({"lat": 54.40, "long": 18.60, "miejsce": "Kraków"})
    assert [branch["miasto"] for branch in found] == ["Gdańsk", "Gdańsk", "Gdynia"]


@pytest.mark.parametrize("wanted", [{}, {"lat": "x", "long": 1}, {"lat": 91, "long": 0}, {"miejsce": None}])
def test_nothing_is_found_where_nothing_usable_was_given(wanted: dict[str, object]) -> None:
    assert BRANCHES.nearest(wanted) == []


def test_coordinates_in_text_and_as_a_pair_are_read() -> None:
    assert BRANCHES.nearest({"miejsce": "51.76,19.46"})[0]["miasto"] == "Łódź"
    assert BRANCHES.nearest({"miejsce": [51.76, 19.46]})[0]["miasto"] == "Łódź"


def test_three_are_shown_nearest_first() -> None:
    found = nearest("Warszawa")
    assert [near.branch.town for near in found] == ["Warszawa"] * 3
    assert [near.distance for near in found] == sorted(near.distance for near in found)
    assert nearest(postal="80-244", n=1)[0].branch.town == "Gdańsk"
    assert nearest(point=(50.06, 19.94), n=5)[0].branch.town == "Kraków"


def test_distances_are_great_circles() -> None:
    warsaw, cracow = Place(52.2297, 21.0122), Place(50.0614, 19.9366)
    assert kilometres(warsaw, cracow) == pytest.approx(252, abs=2)
    assert kilometres(warsaw, warsaw) == 0


def test_distances_read_as_a_person_would_say_them() -> None:
    assert [distance_in_words(km) for km in (0.04, 0.8, 9.94, 14.2, 90.5)] == [
        "0,1 km",
        "0,8 km",
        "9,9 km",
        "14 km",
        "90 km",
    ]


def test_the_table_is_complete_and_fits_on_cards() -> None:
    assert len(BRANCHES.all) >= 40
    assert len({branch.id for branch in BRANCHES.all}) == len(BRANCHES.all)
    for branch in BRANCHES.all:
        assert re.fullmatch(r"\d\d-\d{3}", branch.postal_code)
        assert re.fullmatch(r"\+48\d{9}", branch.phone)
        card = as_slots(BRANCHES.near(branch.place, 1)[0])
        assert len(card["nazwa"]) <= CARD_TITLE
        # The subtitle of locales/pl/znajdz_placowke.yml, with the longest distance in the country.
        assert len(f"{card['adres']}, 999 km. {card['godziny']}") <= CARD_SUBTITLE


@pytest.mark.parametrize("branch", BRANCHES.all, ids=lambda branch: str(branch.id))
def test_every_branch_is_found_in_its_own_town_and_postal_code(branch: object) -> None:
    town = getattr(branch, "town", "")
    assert first(town) == town
    near = BRANCHES.near_text(getattr(branch, "postal_code", ""), 1)[0]
    assert kilometres(near.branch.place, getattr(branch, "place")) < 15  # noqa: B009
