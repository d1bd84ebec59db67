"""What a turn shows not to have been understood, and what the customer chose instead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialogue.saying import Option, Say
from bot.dialogue.turns import Input, Turn
from bot.insight.misreading import Kind, Misread, follows_fallback, misread, subject_of

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)


def wrote(text: str) -> Input:
    return Input("k", NOW, text)


def tapped(**command: Any) -> Input:
    return Input("k", NOW, "Tytuł", command=command)


def understood(intent: str, how: str = "yes", *others: str) -> dict[str, Any]:
    ranking = [{"name": name, "confidence": 0.3} for name in (intent, *others)]
    return {"intent": ranking[0], "intent_ranking": ranking, "understood": how}


def fallback(*intents: str, response: str = "utter_fallback") -> Say:
    options = (*(Option({"kind": "intent", "intent": one}) for one in intents), Option({"kind": "control"}))
    return Say(response, purpose="fallback", options=options)


def stack(flow: str, *history: str) -> dict[str, Any]:
    return {"stack": [{"flow": flow, "history": list(history)}]}


def test_a_fallback_is_noted_with_the_meanings_that_were_offered() -> None:
    turn = Turn(says=[fallback("reklamacja", "faq/raty")], understood=understood("reklamacja", "ask"))
    assert misread(None, wrote("hulajnoga"), turn) == Misread(Kind.FALLBACK, ("reklamacja", "faq/raty"))


def test_a_fallback_without_an_idea_is_noted_with_what_was_likeliest_all_the_same() -> None:
    turn = Turn(
        says=[fallback(response="utter_fallback_bez_propozycji")],
        understood=understood("poza_zakresem", "no", "faq/znizki", "powitanie", "faq/raty"),
    )
    assert misread({}, wrote("hulajnoga"), turn) == Misread(Kind.FALLBACK, ("faq/znizki", "faq/raty"))


@pytest.mark.parametrize(
    "given", [tapped(kind="intent", intent="reklamacja"), wrote("  "), Input("k", NOW, "x", event={"kind": "nudge"})]
)
def test_taps_files_and_our_own_events_are_no_misreadings(given: Input) -> None:
    assert misread(None, given, Turn(says=[fallback("reklamacja")])) is None


@pytest.mark.parametrize(
    "text",
    [
        "nie o to mi chodziło",
        "nie o to pytam",
        "Nie o to pytałam, tylko o raty",
        "źle mnie Pan zrozumiał",
        "nie zrozumieliście",
        "nie pytałem o zniżki",
        "co innego miałam na myśli",
    ],
)
def test_whoever_contradicts_corrects_the_message_before(text: str) -> None:
    turn = Turn(says=[Say("utter_faq/raty")], understood=understood("faq/raty"))
    assert misread({}, wrote(text), turn) == Misread(Kind.CORRECTED, (), before=True, chosen="faq/raty")


@pytest.mark.parametrize("text", ["nie mam", "nie, to wszystko", "nie wiem o co chodzi w tym polu", "nie to nie"])
def test_an_ordinary_no_corrects_nothing(text: str) -> None:
    assert misread({}, wrote(text), Turn(says=[Say("utter_zaprzeczenie")])) is None


def test_a_flow_given_up_before_its_first_answer_was_not_wanted() -> None:
    left = Turn(says=[Say("utter_anulowano")], state={"stack": []})
    given = tapped(kind="control", control="anuluj")
    assert misread(stack("reklamacja"), given, left) == Misread(Kind.CORRECTED, (), before=True)
    assert misread(stack("reklamacja", "temat_reklamacji"), given, left) is None, "answered, then given up"
    typed = Turn(says=[Say("utter_anulowano")], state={"stack": []}, understood=understood("anuluj"))
    assert misread(stack("reklamacja"), wrote("anuluj"), typed) is not None


def test_what_was_meant_is_a_tap_a_person_or_other_words() -> None:
    assert subject_of(tapped(kind="intent", intent="faq/raty"), Turn()) == "faq/raty"
    assert subject_of(tapped(kind="control", control="konsultant"), Turn()) == "konsultant"
    assert subject_of(wrote("raty"), Turn(understood=understood("faq/raty"))) == "faq/raty"
    assert subject_of(wrote("hm"), Turn(understood=understood("faq/raty", "ask"))) is None
    assert subject_of(wrote("dzięki"), Turn(understood=understood("podziekowanie"))) is None
    assert subject_of(wrote("raty"), Turn(says=[fallback()], understood=understood("faq/raty"))) is None


def test_only_what_follows_a_fallback_may_say_what_it_meant() -> None:
    assert follows_fallback({"fallbacks": 1})
    assert not follows_fallback({"fallbacks": 0}) and not follows_fallback(None)
