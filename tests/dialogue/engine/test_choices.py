"""A choice of the shipped flows is read out of words that tell it, and out of none that stand in any sentence."""

from __future__ import annotations

import pytest

from tests.dialogue.engine.playing import ROOT, Player, compiled

FOREIGN = [
    *("nikt nie jest ranny", "auto nie reaguje na kluczyk", "gdzie jest najbliższa placówka w Krakowie?"),
    *(
        "samochód stoi na poboczu",
        "nie działa mi drukarka",
        "jest ciemno i pada",
        "to było auto służbowe",
        "byłem zmęczony",
    ),
]
TOLD = {
    "nie moja wina": "oc",
    "to była jego wina": "oc",
    "z polisy sprawcy": "oc",
    "sprawca zapłaci": "oc",
    "moja wina": "ac",
    "auto casco": "ac",
    "z mojego autocasco": "ac",
    "nie było sprawcy": "ac",
    "własne": "ac",
}


def asked_for_the_insurance(text: str) -> Player:
    player = Player(flows=compiled(ROOT))
    player.says("miałem stłuczkę", "zglos_szkode_komunikacyjna")
    player.says("nie", "zaprzeczenie")
    player.says(text)
    return player


@pytest.mark.parametrize("text", FOREIGN)
def test_words_of_any_sentence_choose_nothing(text: str) -> None:
    player = asked_for_the_insurance(text)
    assert "rola" not in player.fields
    assert player.asked == "rola"


@pytest.mark.parametrize(("text", "option"), TOLD.items())
def test_words_that_tell_a_choice_choose_it(text: str, option: str) -> None:
    assert asked_for_the_insurance(text).fields["rola"] == option
