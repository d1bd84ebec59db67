"""What an edition may change under a conversation, and what would take something from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.engine import state as states
from bot.dialogue.engine.model import CompiledFlows, from_json
from bot.dialogue.engine.state import Field, Frame, Source, State
from bot.editions.moving import breaks

Raw = dict[str, Any]


def collect(slot: str, to: str, **more: Any) -> Raw:
    return {"id": slot, "kind": "collect", "slot": slot, "next": [{"to": to}], **more}


def flows(*steps: Raw, name: str = "szkoda") -> CompiledFlows:
    lists: Raw = {"responses": [], "buttoned": [], "labels": {}, "options": {}, "intents": []}
    flow = {"department": "", "triggers": [], "steps": list(steps)}
    return from_json({"v": 1, "hash": "x", "flows": {name: flow}, **lists})


ROLE = collect("rola", "telefon", type="wybor", options=["ac", "oc"])
PHONE = collect("telefon", "zaloz_sprawe", type="telefon")
ACT = {"id": "zaloz_sprawe", "kind": "act", "action": "zaloz_sprawe", "next": [{"to": "END"}]}
OLD = flows(ROLE, PHONE, ACT)


def snapshot(**changes: Any) -> Raw:
    """The claim after its first answer."""
    fields = {"rola": Field("ac", Source.SAID, "ac", "2026-11-22T10:00:00+01:00")}
    return states.to_json(State(stack=[Frame(**{"flow": "szkoda", "step": "telefon", "fields": fields, **changes})]))


def other(change: Callable[[Raw], Raw]) -> CompiledFlows:
    return flows(*(change(dict(step)) for step in (ROLE, PHONE, ACT)))


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        flows(collect("kolor", "rola"), ROLE, PHONE, ACT),
        flows(ROLE, PHONE, {**ACT, "next": [{"to": "kolor"}]}, collect("kolor", "END")),
        flows({**ROLE, "options": ["ac", "oc", "inne"]}, PHONE, ACT),
        flows(ROLE, {**PHONE, "optional": True}, ACT),
    ],
    ids=["the same", "a question before", "a question after", "one more option", "may be skipped"],
)
def test_a_change_that_takes_nothing_is_gone_along_with(new: CompiledFlows) -> None:
    assert not breaks(OLD, new, snapshot())


@pytest.mark.parametrize(
    "new",
    [
        flows(PHONE, name="inna"),
        flows({**ROLE, "options": ["oc"]}, PHONE, ACT),
        flows(PHONE, ACT),
        flows(collect("rola", "telefon", type="tekst"), PHONE, ACT),
        flows(ROLE, collect("mail", "zaloz_sprawe"), ACT),
    ],
    ids=["flow gone", "option gone", "answer has no place", "another kind of answer", "step gone"],
)
def test_a_change_that_would_lose_an_answer_keeps_the_conversation_where_it_is(new: CompiledFlows) -> None:
    assert breaks(OLD, new, snapshot())


def test_a_case_that_was_opened_is_not_opened_again_under_another_name() -> None:
    opened = snapshot(step="END", done=["zaloz_sprawe"])
    assert breaks(OLD, other(lambda step: {**step, "id": f"nowe_{step['id']}"}), opened)


def test_no_question_comes_after_the_summary_was_confirmed() -> None:
    longer = flows(collect("kolor", "rola"), ROLE, PHONE, ACT)
    assert breaks(OLD, longer, snapshot(confirmed=True))


def test_a_conversation_in_no_flow_goes_along_with_everything() -> None:
    assert not breaks(OLD, flows(PHONE, name="inna"), states.to_json(State()))
    assert not breaks(OLD, flows(PHONE, name="inna"), None)
