"""What must work at every step of every flow, without its editor having written a word of it.

Generated from the flow files: those shipped and those of the trial content. Each flow is walked with plain
answers to its questions; at every question the test does one of the things that always work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue.engine.model import Flow, Step
from bot.dialogue.engine.state import Pending
from bot.dialogue.engine.turn import Purpose
from tests.dialogue.engine.playing import ROOT, TRIAL, Player, compiled

QUESTION = "faq/infolinia"
ANSWERS = {
    "data": "wczoraj",
    "godzina": "15:30",
    "telefon": "600 700 800",
    "pesel": "44051401359",
    "nr_konta": "PL61109010140000071219812874",
    "nr_rejestracyjny": "WX 12345",
    "nr_polisy": "PR123456789",
    "kwota": "1500 zł",
    "email": "jan@poczta.pl",
    "kod_pocztowy": "00-950",
    "tak_nie": "nie",
    "tekst": "Opis własnymi słowami, 123456.",
    "lokalizacja": "Łódź",
}
RESULTS = {
    "sprawdz_szkode": {"znaleziono": True, "nr_szkody": "SK/1"},
    "sprawdz_tozsamosc": {"potwierdzona": True, "stan_szkody": "wycena"},
    "znajdz_placowki": {"placowki": [{"miasto": "Łódź"}]},
    "zaplanuj_telefon": {"termin_kontaktu": "2026-11-23T10:00:00+01:00"},
}
EVERY_FLOW = [pytest.param(root, name, id=name) for root in (ROOT, TRIAL) for name in sorted(compiled(root).flows)]


def begin(root: Path, name: str) -> Player:
    flows = compiled(root)
    player = Player(flows)
    player.says("zaczynam", intent=flows.flows[name].triggers[0])
    return player


def flow_of(player: Player, name: str) -> Flow:
    return player.flows.flows[name]


def step_of(player: Player, name: str) -> Step:
    """The step whose question is pending."""
    assert player.asked is not None
    step = flow_of(player, name).collect_of(player.asked)
    assert step is not None
    return step


def answer(player: Player, step: Step) -> list[str]:
    """A plain answer to `step`, and the results of whatever acts that sets going."""
    if step.type == "zdjecia":
        player.sends("image")
        got = player.taps(control="gotowe")
    elif step.options:
        got = player.taps(slot=step.slot, value=step.options[0])
    else:
        got = player.says(ANSWERS[step.type])
    return got + perform(player)


def perform(player: Player) -> list[str]:
    got: list[str] = []
    while player.state.awaiting:
        act = player.state.awaiting
        got += player.event(kind="result", act=act, slots=RESULTS.get(act, {}))
    return got


def at_every_question(root: Path, name: str) -> Iterator[tuple[Player, Step]]:
    """A player standing at each question of the flow in turn, each time with the whole way behind them."""
    player = begin(root, name)
    for _ in range(40):
        if not player.state.stack or player.state.question is None or player.state.question.kind is not Pending.STEP:
            return
        step = step_of(player, name)
        before = player.state
        yield Player(player.flows, state=player.state, now=player.now), step
        assert player.state == before
        answer(player, step)


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_a_flow_comes_to_its_end(root: Path, name: str) -> None:
    player = begin(root, name)
    for _ in range(40):
        if not player.state.stack or player.state.handed:
            break
        if player.state.question is not None and player.state.question.kind is Pending.SUMMARY:
            player.says("tak", intent="potwierdzenie")
            perform(player)
        else:
            answer(player, step_of(player, name))
    assert player.state.stack == [] or player.state.handed


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_a_question_in_the_middle_is_answered_and_the_pending_one_asked_again(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        got = player.says("jaki jest numer infolinii?", intent=QUESTION)
        assert got[0] == f"utter_{QUESTION}"
        assert len(got) == 2
        assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_back_leads_to_the_question_before(root: Path, name: str) -> None:
    previous: str | None = None
    for player, step in at_every_question(root, name):
        player.says("wróć")
        # A lookup that asked for the step stands between, and is done again: then the way back is the same step's.
        assert player.asked in (previous or step.slot, step.slot)
        previous = step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_skipping_works_where_a_step_is_optional_and_is_explained_where_it_is_not(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        got = player.says("pomiń")
        if step.optional:
            assert got[0] == "utter_skipped"
            assert player.asked != step.slot
        else:
            assert got[0] == "utter_cannot_skip"
            assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_repeating_says_the_same_again(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        first = player.says("jaki jest numer infolinii?", intent=QUESTION)
        assert player.says("powtórz") == first
        assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_jak_to_explains_and_asks_again(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        player.says("jak to?")
        assert player.last is not None
        assert [say.purpose for say in player.last.says] == [Purpose.EXPLAIN, Purpose.ASK]
        assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_a_person_can_be_had_and_the_flow_goes_on_afterwards(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        known = player.fields
        assert player.says("konsultant") == ["przekaz_konsultantowi"]
        got = player.event(kind="handback")
        assert got[0] == "utter_handback_recap"
        assert player.asked == step.slot
        assert player.fields == known


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_cancelling_is_confirmed_and_the_flow_is_offered_again_days_later(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        known = player.fields
        assert player.says("anuluj") == ["utter_cancel_confirm"]
        player.says("tak", intent="potwierdzenie")
        assert player.state.stack == []
        player.now += timedelta(days=5)
        assert player.says("dzień dobry", intent="powitanie")[-1] == "utter_resume_offer"
        player.says("tak", intent="potwierdzenie")
        assert player.asked == step.slot
        assert player.fields == known


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_another_flow_inside_comes_back_to_the_pending_question(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        other = next(flow for flow in sorted(player.flows.flows) if flow != name)
        got = player.taps(intent=player.flows.flows[other].triggers[0])
        assert got[0] == "utter_interrupted_by"
        player.taps(control="anuluj")
        got = player.taps(control="potwierdzenie")
        assert "utter_return_to" in got
        assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_an_answer_given_can_be_corrected_by_its_button(root: Path, name: str) -> None:
    for player, step in at_every_question(root, name):
        answered = list(player.fields)
        if not answered or player.state.stack[-1].locals:
            continue
        player.taps(control="popraw", slot=answered[0])
        assert player.asked == answered[0]
        answer(player, step_of(player, name))
        assert player.asked == step.slot


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_there_is_exactly_one_question_at_the_end_of_a_turn(root: Path, name: str) -> None:
    for player, _step in at_every_question(root, name):
        for text in ("nie wiem", "😀", "qwerty", "", "???", "🙂 ok"):
            player.says(text)
            assert player.last is not None
            assert player.last.items, text
            asked = [say for say in player.last.says if say.purpose is Purpose.ASK]
            assert len(asked) <= 1, text
            if player.state.handed:
                break


@pytest.mark.parametrize(("root", "name"), EVERY_FLOW)
def test_what_was_said_of_sensitive_fields_leaves_only_by_its_last_digits(root: Path, name: str) -> None:
    for player, _step in at_every_question(root, name):
        frame = player.state.stack[-1]
        player.says("powtórz")
        assert player.last is not None
        for item in flow_of(player, name).collects():
            if item.sensitive and item.slot in frame.fields:
                secret = str(frame.fields[item.slot].value)
                assert all(secret not in str(say.to_json()) for say in player.last.says)
