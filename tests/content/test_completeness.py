"""Flows, texts, names and buttons fit together: nothing is asked for that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.texts import command_of
from bot.messenger.errors import Disposition
from bot.messenger.policy import Refusal
from tests.content.conftest import ROOT

CASES = {"M", "D", "C", "B", "N", "Ms"}
QUESTIONS = [
    "godziny_otwarcia",
    "infolinia",
    "dokumenty_do_szkody",
    "czas_likwidacji",
    "platnosc_skladki",
    "raty",
    "wypowiedzenie_oc",
    "potwierdzenie_oc",
    "zielona_karta",
    "sprzedaz_pojazdu",
    "zmiana_danych",
    "znizki",
    "assistance",
    "auto_zastepcze",
    "oswiadczenie_sprawcy",
]
FLOWS = [
    "szkoda_komunikacyjna",
    "szkoda_mieszkaniowa",
    "status_szkody",
    "reklamacja",
    "umow_kontakt",
    "znajdz_placowke",
    "usun_moje_dane",
]
SMALL_TALK = [
    "powitanie",
    "pozegnanie",
    "podziekowanie",
    "potwierdzenie",
    "zaprzeczenie",
    "pomoc",
    "czy_jestes_botem",
    "frustracja",
    "na_ty",
    "per_pan_pani",
    "poza_zakresem",
]
# What a customer may hear twice within a minute.
OFTEN_HEARD = [
    "fallback",
    "fallback_w_kroku",
    "skipped",
    "which_field",
    "noted",
    "return_to",
    "podziekowanie",
    "reject_tak_nie",
    "reject_wybor",
    "reject_data",
    "reject_nr_rejestracyjny",
    "powitanie",
    "pozegnanie",
    "poza_zakresem",
    "chwile_to_potrwa",
    "naklejka",
    "tylko_emoji",
]

Flows = Mapping[str, Mapping[str, Any]]
Responses = Mapping[str, list[dict[str, Any]]]
Sections = Mapping[str, Mapping[str, Any]]


def steps_of(steps: Any) -> Iterator[Mapping[str, Any]]:
    """Every step, those inside branches too."""
    for step in steps:
        yield step
        if isinstance(step.get("next"), list):
            for way in step["next"]:
                for target in (way.get("then"), way.get("else")):
                    if isinstance(target, list):
                        yield from steps_of(target)


def collects(flows: Flows) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, flow in flows.items():
        for step in steps_of(flow["steps"]):
            if "collect" in step:
                yield name, step


def test_the_seven_flows_are_there(flows: Flows) -> None:
    assert sorted(flows) == sorted(FLOWS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_with_its_source(raw_responses: Responses, question: str) -> None:
    for variant in raw_responses[f"utter_faq/{question}"]:
        assert variant["source"]


@pytest.mark.parametrize("name", SMALL_TALK)
def test_small_talk_is_answered(raw_responses: Responses, name: str) -> None:
    assert raw_responses[f"utter_{name}"]


@pytest.mark.parametrize("sentence", list(Sentence))
def test_the_engine_never_lacks_a_sentence(raw_responses: Responses, sentence: Sentence) -> None:
    assert raw_responses[sentence.value]


@pytest.mark.parametrize("name", OFTEN_HEARD)
def test_what_is_heard_often_is_said_in_more_than_one_way(raw_responses: Responses, name: str) -> None:
    assert len(raw_responses[f"utter_{name}"]) >= 2


def test_every_step_is_asked_and_explained(flows: Flows, raw_responses: Responses) -> None:
    for flow, step in collects(flows):
        slot = step["collect"]
        assert f"utter_ask_{slot}" in raw_responses or f"utter_ask_{flow}_{slot}" in raw_responses, slot
        assert f"utter_explain_{slot}" in raw_responses, slot


def test_every_known_value_has_its_own_question(flows: Flows, raw_responses: Responses) -> None:
    for _, step in collects(flows):
        if "known_from" in step:
            assert f"utter_known_{step['collect']}" in raw_responses


def test_every_type_has_words_for_a_wrong_answer(flows: Flows, raw_responses: Responses) -> None:
    for _, step in collects(flows):
        assert f"utter_reject_{step['type']}" in raw_responses


def test_every_optional_step_offers_a_way_round(flows: Flows, raw_responses: Responses) -> None:
    for _, step in collects(flows):
        if step.get("optional"):
            for variant in raw_responses[f"utter_ask_{step['collect']}"]:
                payloads = [button["payload"] for button in variant["buttons"]]
                assert "/pomin" in payloads, step["collect"]


def test_every_field_has_its_forms(flows: Flows, sections: Sections) -> None:
    for _, step in collects(flows):
        forms = sections["fields"][step["collect"]]
        assert set(forms) >= {"label", "dopelniacz", "biernik", "przycisk"}
        assert len(forms["przycisk"]) <= 20


def test_every_choice_has_a_button_that_means_it(flows: Flows, raw_responses: Responses, sections: Sections) -> None:
    for flow, step in collects(flows):
        for option in step.get("options", ()):
            entry = sections["options"][step["collect"]][option]
            assert 0 < len(entry["przycisk"]) <= 20
            assert entry["slowa"]
            asked = (
                raw_responses.get(f"utter_ask_{step['collect']}")
                or raw_responses[f"utter_ask_{flow}_{step['collect']}"]
            )
            for variant in asked:
                values = [command_of(button["payload"]).get("value") for button in variant["buttons"]]
                assert option in values


def test_flows_and_departments_are_named_in_every_case(flows: Flows, sections: Sections) -> None:
    for name, flow in flows.items():
        assert set(sections["flow_names"][name]) >= CASES
        assert set(sections["departments"][flow["department"]]) >= CASES


def test_every_handoff_reason_of_a_flow_has_words_for_the_agent(flows: Flows, sections: Sections) -> None:
    for flow in flows.values():
        for step in steps_of(flow["steps"]):
            reason = (step.get("with") or {}).get("reason")
            assert reason is None or reason in sections["handoff_reasons"]


def test_every_button_means_something(raw_responses: Responses, flows: Flows, sections: Sections) -> None:
    intents = known_intents() | {trigger["intent"] for flow in flows.values() for trigger in flow["nlu_trigger"]}
    for name, variants in raw_responses.items():
        for variant in variants:
            for button in variant.get("buttons") or ():
                command = command_of(button["payload"])
                if command["kind"] == "intent":
                    assert command["intent"] in intents, (name, button)
                elif command["kind"] == "control":
                    assert command["control"] in {control.value for control in Control}, (name, button)
                else:
                    assert command["value"] in sections["options"][command["slot"]], (name, button)


def test_yes_and_no_stand_only_under_questions(raw_responses: Responses) -> None:
    """Under anything else a tap would answer the question that is still open."""
    for name, variants in raw_responses.items():
        for variant in variants:
            payloads = {button["payload"] for button in variant.get("buttons") or ()}
            if payloads & {"/potwierdzenie", "/zaprzeczenie"}:
                assert "?" in variant["text"], name


def test_every_intent_has_a_short_title(sections: Sections) -> None:
    for intent in known_intents():
        assert 0 < len(sections["intent_titles"][intent]) <= 20


def test_every_fault_of_sending_has_words_for_the_agent(sections: Sections) -> None:
    assert {str(one) for one in Disposition} <= set(sections["send_errors"])
    assert {str(one) for one in Refusal} == set(sections["send_refusals"])


def test_the_profile_keeps_the_platforms_limits(sections: Sections) -> None:
    profile = sections["profile"]
    assert len(profile["greeting"]) <= 160
    assert len(profile["ice_breakers"]) <= 4
    assert all(len(item["title"]) <= 30 for item in profile["menu"])
    items = [item for item in (*profile["ice_breakers"], *profile["menu"]) if "url" not in item]
    meanings = [profile["get_started"], *(item["payload"] for item in items)]
    for payload in meanings:
        assert command_of(payload)["intent"] in known_intents()


def test_facts_stand_with_their_source(raw_responses: Responses) -> None:
    """Terms, amounts, percentages, articles of law and addresses are never without one."""
    fact = re.compile(
        r"\d+\s?(dni|zł|%|km|MB|cyfr|znak|rat|godzin|lat)|\bw godz\.|\bart\. |\b112\b|{{ (infolinia|assistance|strona)"
    )
    quoted = re.compile(r"„[^”]*”")
    for name, variants in raw_responses.items():
        for variant in variants:
            if fact.search(quoted.sub("", variant["text"])):
                assert variant.get("source"), name


def known_intents() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "nlu_data").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu") or ():
            found.add(block["intent"])
    return found
