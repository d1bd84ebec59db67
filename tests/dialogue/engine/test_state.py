"""The snapshot: it survives storing, damage, and a new version of the content."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.engine import state as states
from bot.dialogue.engine.advance import advance
from bot.dialogue.engine.model import CompiledFlows
from bot.dialogue.engine.state import State
from bot.dialogue.engine.turn import Certainty, Understood
from tests.dialogue.engine.playing import NOON, Player, compiled, names


def midway() -> Player:
    player = Player()
    player.says("zgasła lampa", intent="zglos_lampe")
    player.says("nie")
    player.says("wczoraj")
    return player


def without_step(flows: CompiledFlows, flow: str, step: str) -> CompiledFlows:
    """The flows of a later version, in which an editor has taken a step out."""
    old = flows.flows[flow]
    kept = {name: item for name, item in old.steps.items() if name != step}
    after = old.steps[step].next[-1].to
    rejoined = {
        name: replace(item, next=tuple(replace(way, to=after if way.to == step else way.to) for way in item.next))
        for name, item in kept.items()
    }
    return replace(flows, hash="later", flows={**flows.flows, flow: replace(old, steps=rejoined)})


def test_a_snapshot_is_json_and_comes_back_the_same() -> None:
    snapshot = states.to_json(midway().state)
    assert states.to_json(states.from_json(json.loads(json.dumps(snapshot)))) == snapshot


def test_the_snapshot_shows_what_the_card_needs() -> None:
    snapshot = states.to_json(midway().state)
    (frame,) = snapshot["stack"]
    assert frame["flow"] == "lampa"
    assert frame["step"] == "rodzaj"
    assert frame["fields"]["od_kiedy"]["value"] == "2026-11-20"
    assert frame["fields"]["od_kiedy"]["source"] == "said"
    assert frame["fields"]["od_kiedy"]["raw"] == "wczoraj"
    assert frame["missing"] == ["rodzaj", "opis", "telefon"]


@pytest.mark.parametrize(
    "damaged", [None, {}, {"v": 99}, {"v": 1}, {"v": 1, "stack": 7}, {"v": 1, "flows": "x", "stack": [{}]}]
)
def test_a_damaged_snapshot_is_a_new_beginning(damaged: Any) -> None:
    assert states.from_json(damaged) == State()


def test_a_turn_leaves_the_state_it_was_given_untouched() -> None:
    player = midway()
    before = states.to_json(player.state)
    kept = json.dumps(before)
    advance(player.state, Understood(text="na słupie"), player.flows, NOON)
    assert json.dumps(states.to_json(player.state)) == kept


def test_the_same_turn_twice_has_the_same_outcome() -> None:
    player = midway()
    turn = Understood(text="na słupie")
    assert advance(player.state, turn, player.flows, NOON) == advance(player.state, turn, player.flows, NOON)


def test_a_conversation_goes_on_under_content_without_the_step_it_stood_at() -> None:
    player = midway()
    later = without_step(compiled(), "lampa", "rodzaj")
    greeting = Understood(text="dzień dobry", intent="powitanie", certainty=Certainty.YES)
    outcome = advance(player.state, greeting, later, NOON)
    assert names(outcome)[-1] == "utter_ask_again_opis"


def test_a_conversation_goes_on_under_content_without_its_flow() -> None:
    player = midway()
    flows = compiled()
    later = replace(flows, hash="later", flows={"kontakt": flows.flows["kontakt"]})
    outcome = advance(player.state, Understood(text="wczoraj"), later, NOON)
    assert outcome.items
    assert outcome.state.stack == []


def test_sensitive_answers_keep_no_sentence_around_them() -> None:
    player = midway()
    player.taps(slot="rodzaj", value="sciana")
    player.says("Miga i gaśnie.")
    player.taps(control="gotowe")
    player.says("600700800")
    player.says("mój pesel to 44051401359")
    kept = player.state.stack[0].fields["pesel"]
    assert (kept.value, kept.raw) == ("44051401359", None)
    assert player.last is not None
    rows = player.last.says[-1].slots["wiersze"]
    assert [row["value"] for row in rows if row["slot"] == "pesel"] == ["•••••••1359"]
