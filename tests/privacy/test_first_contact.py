"""Whoever writes for the first time is told once, with the first answer, who answers and where the notice stands."""

from __future__ import annotations

import pytest

from bot.dialogue.rendering import load_texts
from bot.settings import ROOT
from tests.content.speaking import Turn, talk_with

NOTICE = load_texts(ROOT).privacy_page
FIRST: dict[str, Turn] = {
    "greeting": {"says": "dzień dobry", "intent": "powitanie"},
    "question": {"says": "jakie są godziny?", "intent": "pytanie_godziny"},
    "claim": {"says": "chcę zgłosić szkodę", "intent": "zglos_szkode_komunikacyjna"},
    "not understood": {"says": "blubrr"},
    "picture": {"sends": ["z1"]},
    "person": {"says": "chcę człowieka", "intent": "konsultant"},
    "sensitive": {"says": "mój PESEL to 44051401359"},
}


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("person", ["pan", "ty"])
def test_the_notice_with_its_link_comes_with_the_first_answer_and_never_again(first: str, person: str) -> None:
    talk = talk_with(person, {"pierwsza": True})
    answers = ["\n".join(talk.take(turn)) for turn in (FIRST[first], *FIRST.values())]
    assert answers[0].count(NOTICE) == 1, answers[0]
    assert "automatyczny asystent" in answers[0]
    assert not any(NOTICE in answer for answer in answers[1:])
