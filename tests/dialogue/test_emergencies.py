"""Danger as it is written: by two authors who saw neither each other's nor the code, half held back.

Learned from bot/dialogue/zagrozenia.yml and the other half, of what was held back: 64 of 75 reports of
danger and 19 of 25 thoughts of suicide are heard as such (59 of the 100 surely), and so are 5 of 130 messages that only
sound like it, none of them surely. Patterns written down first heard 59 of the other half's 100, and 3 of its 130. Of
2,015 held-out ordinary messages of tests/nlu 11 sound like it and are told of 112 where they are not understood.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.emergencies import Kind, alarmed, emergency
from bot.dialogue.saying import Say
from bot.dialogue.turns import Act, Turn
from bot.store.handoffs import URGENT_REASONS

SET = yaml.safe_load(Path(__file__).with_name("zagrozenia.yml").read_text(encoding="utf-8"))
HELD_OUT = sorted((Path(__file__).parents[1] / "nlu" / "heldout").glob("*.yml"))
HELD_BACK = slice(1, None, 2)
UNCONSCIOUS = "żona straciła przytomność"


def heard(texts: list[str], kinds: set[Kind]) -> int:
    return sum((found := emergency(text)) is not None and found.kind in kinds for text in texts)


@pytest.mark.parametrize(
    ("names", "kind", "least"), [(("zycie", "zagrozenie"), Kind.DANGER, 64), (("kryzys",), Kind.CRISIS, 19)]
)
def test_of_what_was_held_back_as_much_is_heard_as_is_told(names: tuple[str, ...], kind: Kind, least: int) -> None:
    texts = [text for name in names for text in SET[name][HELD_BACK]]
    assert heard(texts, {kind}) >= least


def test_what_only_sounds_like_it_is_mostly_left_alone_and_never_sure() -> None:
    found = [emergency(text) for text in SET["zwykle"][HELD_BACK]]
    assert sum(one is not None for one in found) <= 5
    assert not [one for one in found if one is not None and one.is_sure]


def test_ordinary_messages_are_answered_as_what_they_are() -> None:
    said = [
        line.strip().removeprefix("- ")
        for path in HELD_OUT
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in group["examples"].splitlines()
    ]
    assert len(said) > 1_900
    found = [one for text in said if (one := emergency(text))]
    assert len(found) <= 12
    assert sum(one.is_sure for one in found) <= 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (UNCONSCIOUS, Kind.DANGER),
        ("maz nie oddycha", Kind.DANGER),
        ("pali się", Kind.DANGER),
        ("ktoś się włamał i jest w domu", Kind.DANGER),
        ("nagle zasłabł mi syn", Kind.DANGER),
        ("nie chcę żyć", Kind.CRISIS),
    ],
)
def test_few_words_are_enough_where_they_are_sure(text: str, kind: Kind) -> None:
    found = emergency(text)
    assert found is not None and found.is_sure and found.kind is kind


@pytest.mark.parametrize("text", ["", "👍", "gaz", "600 100 200", "dziękuję", "koniec", "mam dość", "ul. Polna 3"])
def test_what_says_nothing_of_the_kind_is_none(text: str) -> None:
    assert emergency(text) is None


def test_both_kinds_of_danger_are_urgent() -> None:
    assert {kind.value for kind in Kind} < URGENT_REASONS


def turn(*says: Say, acts: tuple[Act, ...] = (), **state: Any) -> Turn:
    return Turn(says=list(says), acts=list(acts), state=state)


ASKED = Say("utter_ask_raty", purpose="ask", lead="utter_przedstawienie")


def test_who_is_in_danger_hears_whom_to_call_and_nothing_else_and_a_person_comes() -> None:
    made = alarmed(turn(ASKED, stack=[{"flow": "umow_kontakt"}]), UNCONSCIOUS, "m_1")
    assert [(say.response, say.lead) for say in made.says] == [("utter_alarm_112", "utter_przedstawienie")]
    assert [(act.name, act.args["reason"]) for act in made.acts] == [("przekaz_pilnie", "zagrozenie")]
    assert (made.understood or {})["alarm"] == "zagrozenie"


def test_a_person_asked_for_otherwise_comes_out_of_turn_now() -> None:
    asked = Act("przekaz_konsultantowi", {"reason": "prosba"}, "m_1:0")
    kept = Act("zapamietaj_zwrot", {"zwrot": "ty"}, "m_1:1")
    made = alarmed(turn(acts=(asked, kept)), "nie chcę już żyć", "m_1")
    assert [act.args.get("reason") for act in made.acts] == [None, "kryzys"]


@pytest.mark.parametrize("reason", sorted(URGENT_REASONS))
def test_whoever_the_claim_hands_over_as_urgent_has_been_told(reason: str) -> None:
    told = turn(Say("utter_dzwon_112"), acts=(Act("przekaz_konsultantowi", {"reason": reason}, "m_1:0"),))
    assert alarmed(told, UNCONSCIOUS, "m_1") is told


def test_what_is_only_likely_is_led_by_whom_to_call_and_the_answer_stands() -> None:
    likely = next(text for text in SET["zagrozenie"][HELD_BACK] if (found := emergency(text)) and not found.is_sure)
    made = alarmed(turn(ASKED), likely, "m_1")
    assert [say.response for say in made.says] == ["utter_alarm_112", "utter_ask_raty"]
    assert made.says[0].lead and not made.says[1].lead
    assert not made.acts
    in_a_claim = turn(ASKED, stack=[{"flow": "szkoda_mieszkaniowa"}])
    assert alarmed(in_a_claim, likely, "m_1") is in_a_claim
    understood = replace(turn(ASKED), understood={"understood": "yes"})
    assert alarmed(understood, likely, "m_1") is understood


def test_who_asks_what_a_policy_covers_may_name_the_worst() -> None:
    assert emergency("Czy polisa na życie obejmuje samobójstwo?") is None
