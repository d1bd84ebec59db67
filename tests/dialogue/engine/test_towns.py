"""Which places lack their town, and how the town is asked for."""

from __future__ import annotations

import pytest

from bot.dialogue.engine.towns import lacks_town, with_town
from tests.dialogue.engine.playing import ROOT, Player, compiled

LACKING = [
    *("na Długiej", "ul. Długa 5", "Krótka 3", "Marszałkowska", "na puławskiej", "skrzyżowanie Długiej i Krótkiej"),
    *("na parkingu", "na parkingu pod lidlem", "rondo ONZ", "ul. Jana Pawła II 10", "pod szkołą", "os. Bajkowe 5"),
]
WHOLE = [
    *("na Długiej w Łodzi", "Długa 5, Pcim", "Długa 5 Pcim", "na dlugiej w pcimiu", "w Kowalach", "kowale", "Pcim"),
    *("A4 pod Wrocławiem", "na trasie S8", "pod domem", "w garażu", "w lesie pod Pcimiem", "wieś Kowale 12"),
    *("Kwiatowa 12/3, Gdynia", "51.10,17.03", "Długa 5, 90-001", "w Warszawie na Puławskiej", "u siebie w domu"),
]


@pytest.mark.parametrize("place", LACKING)
def test_a_street_or_a_car_park_alone_lacks_its_town(place: str) -> None:
    assert lacks_town(place)


@pytest.mark.parametrize("place", WHOLE)
def test_in_doubt_a_place_is_whole(place: str) -> None:
    assert not lacks_town(place)


def test_the_town_joins_its_street_unless_the_answer_repeats_it() -> None:
    assert with_town("na Długiej", "w Pcimiu") == "na Długiej, w Pcimiu"
    assert with_town("na Długiej", "Długa 5 w Pcimiu") == "Długa 5 w Pcimiu"


def flooded(*lines: str) -> Player:
    player = Player(flows=compiled(ROOT))
    player.says("zalało mi łazienkę", "zglos_szkode_mieszkaniowa")
    for line in lines:
        player.says(line)
    return player


def test_the_town_is_asked_for_and_the_address_is_one() -> None:
    player = flooded("nie", "Krótka 3")
    assert player.last is not None
    assert [say.say for say in player.last.says] == ["utter_ask_miejscowosc"]
    player.says("w Sopocie")
    assert player.fields["adres"] == "Krótka 3, w Sopocie"


@pytest.mark.parametrize("intent", [None, "pomoc", "zaprzeczenie"])
def test_who_does_not_know_the_town_is_not_asked_twice(intent: str | None) -> None:
    player = flooded("nie", "Krótka 3")
    player.says("nie wiem", intent)
    assert player.fields["adres"] == "Krótka 3"


def test_a_street_told_in_the_first_message_is_kept_until_its_town_is_told() -> None:
    player = Player(flows=compiled(ROOT))
    player.says("ktoś wjechał mi w tył na Puławskiej, wczoraj o 17", "zglos_szkode_komunikacyjna")
    for line in ("nie", "oc", "WX 12345"):
        player.says(line)
    assert player.last is not None
    assert player.last.says[-1].say == "utter_ask_miejscowosc"
    assert player.last.says[-1].slots["ulica"] == "na Puławskiej"
    player.says("Warszawa")
    assert player.fields["miejsce_zdarzenia"] == "na Puławskiej, Warszawa"


def test_back_and_forth_the_street_is_not_lost() -> None:
    player = flooded("nie", "Krótka 3", "wróć", "nie", "Sopot")
    assert player.fields["adres"] == "Krótka 3, Sopot"


def test_a_shared_location_needs_no_town() -> None:
    player = Player(flows=compiled(ROOT))
    player.says("zgłaszam stłuczkę", "zglos_szkode_komunikacyjna")
    for line in ("nie", "ac", "WX 12345", "wczoraj", "pomiń", "na parkingu"):
        player.says(line)
    player.sends("location", lat=51.1, long=17.0)
    assert player.fields["miejsce_zdarzenia"] == "51.1,17.0"


def test_what_happened_is_no_town() -> None:
    player = Player(flows=compiled(ROOT))
    player.says("zgłaszam stłuczkę", "zglos_szkode_komunikacyjna")
    for line in ("nie", "ac", "WX 12345", "wczoraj", "pomiń", "na Długiej", "ktoś przytarł mi drzwi na parkingu"):
        player.says(line)
    assert player.fields["opis_zdarzenia"] == "ktoś przytarł mi drzwi na parkingu"
    assert player.asked == "miejsce_zdarzenia"
