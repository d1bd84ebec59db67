"""Flows in a real Rasa: its tracker and its REST channel around our policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.rasa.conftest import TrialRasa

pytestmark = pytest.mark.rasa


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item.get("say") or item.get("act") or "state" for item in items]


def test_a_flow_runs_from_its_start_to_its_act(trial_rasa: TrialRasa, sender: str) -> None:
    said = [
        ("nie świeci lampa pod blokiem od wczoraj", ["utter_start_lampa", "utter_ask_iskrzy"]),
        ("nie", ["utter_ask_rodzaj"]),
        ("na ścianie", ["utter_ask_opis"]),
        ("Miga, a potem gaśnie.", ["utter_ask_zdjecia"]),
        ("pomiń", ["utter_skipped", "utter_ask_telefon"]),
        ("600 700 800", ["utter_ask_pesel"]),
        ("nie mam", ["utter_skipped", "utter_summary"]),
        ("tak", ["zaloz_sprawe"]),
    ]
    for text, gets in said:
        assert names(trial_rasa.turn(sender, text)) == [*gets, "state"], text
    result = {"kind": "result", "act": "zaloz_sprawe", "slots": {"nr_sprawy": "L/7"}}
    items = trial_rasa.turn(sender, "/zdarzenie", event=result)
    assert names(items) == ["utter_lampa_przyjeta", "state"]
    assert items[0]["slots"]["nr_sprawy"] == "L/7"
    assert items[-1]["state"]["stack"] == []


def test_a_first_message_that_is_taken_twice_is_the_same_turn(trial_rasa: TrialRasa, sender: str) -> None:
    first, second = (trial_rasa.turn(sender, "nie świeci lampa od wczoraj", mid="m-1", restore=None) for _ in range(2))
    assert first == second


def test_values_leave_with_their_types(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "nie świeci lampa od wczoraj")
    items = trial_rasa.turn(sender, "nie")
    assert items[0]["slots"]["iskrzy"] is False
    assert items[0]["slots"]["od_kiedy"] == "2026-11-20"
    assert items[0]["slots"]["opis"] is None
    assert items[0]["options"][0] == {
        "title_key": "options.rodzaj.slup",
        "command": {"kind": "answer", "slot": "rodzaj", "value": "slup"},
    }


def test_the_tracker_tells_the_story_of_the_state(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "nie świeci lampa od wczoraj", mid="m-1")
    items = trial_rasa.turn(sender, "nie", mid="m-2")
    tracker = trial_rasa.tracker(sender)
    assert tracker["active_loop"]["name"] == "lampa_form"
    assert tracker["slots"]["requested_slot"] == "rodzaj"
    assert tracker["slots"]["od_kiedy"] == "2026-11-20"
    assert tracker["slots"]["dyzurny_state"] == items[-1]["state"]
    users = [event for event in tracker["events"] if event["event"] == "user"]
    assert [event["metadata"]["mid"] for event in users] == ["m-1", "m-2"]
    actions = [event["name"] for event in tracker["events"] if event["event"] == "action"]
    assert actions[-3:] == ["utter_ask_rodzaj", "utter_state", "action_listen"]


def test_an_answer_can_be_found_again_by_its_mid(trial_rasa: TrialRasa, sender: str) -> None:
    from bot.dialogue.client import _answers_to

    items = trial_rasa.turn(sender, "zgasła lampa", mid="once")
    assert _answers_to(trial_rasa.tracker(sender)["events"], "once") == items


def test_the_state_that_the_worker_sends_goes_before_the_trackers_own(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "zgasła lampa")
    first = trial_rasa.turn(sender, "nie")[-1]["state"]
    trial_rasa.turn(sender, "wczoraj")
    # As after a crash: what SQL holds is a turn behind the tracker, and the turn is asked for again.
    assert names(trial_rasa.turn(sender, "wczoraj", restore=first)) == ["utter_ask_rodzaj", "state"]


def test_a_new_session_goes_on_from_the_snapshot(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "zgasła lampa")
    state = trial_rasa.turn(sender, "nie")[-1]["state"]
    items = trial_rasa.turn(sender.replace(".1", "#2"), "wczoraj", restore=state)
    assert names(items) == ["utter_ask_rodzaj", "state"]


def test_a_new_conversation_begins_with_nothing(trial_rasa: TrialRasa, sender: str) -> None:
    items = trial_rasa.turn(sender, "dzień dobry")
    assert names(items) == ["utter_powitanie", "state"]
    assert items[-1]["state"]["stack"] == []
    assert items[-1]["state"]["flows"] == trial_rasa.hash


def test_a_question_is_answered_from_the_full_intent_of_the_classifier(trial_rasa: TrialRasa, sender: str) -> None:
    command = {"kind": "intent", "intent": "faq/infolinia"}
    assert names(trial_rasa.turn(sender, "przycisk", command=command)) == ["utter_faq/infolinia", "state"]


def test_a_photo_alone_is_collected(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "zgasła lampa")
    items = trial_rasa.turn(sender, "[zalacznik]", attachments=[{"type": "image", "id": "a1"}])
    assert names(items) == ["utter_zdjecie_w_trakcie", "utter_ask_iskrzy", "state"]
    assert items[-1]["state"]["stack"][0]["fields"]["zdjecia"]["value"] == ["a1"]


def test_whatever_is_written_something_is_answered(trial_rasa: TrialRasa, sender: str) -> None:
    for text in ("", " ", "😀", "{}{0}", "%s", "nie" * 500, "\u202e abc", "tak\x00nie", "restart", "[zalacznik]"):
        items = trial_rasa.turn(sender, text or "[zalacznik]")
        assert len(items) >= 2, repr(text)
        assert "state" in items[-1], repr(text)


def test_the_server_logs_no_fault(trial_rasa: TrialRasa, sender: str) -> None:
    trial_rasa.turn(sender, "zgasła lampa")
    log = trial_rasa.log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert "ERROR" not in log
