"""Handoffs in the middle of every flow: whatever the agent corrected, nothing that is known is asked again.

Real desk, real record and the engine itself: at every question of every flow a person is asked for, takes the
conversation, changes something, gives it back, and the flow is then played to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.dialogue.engine import state as states
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.state import Pending
from bot.settings import Settings
from bot.store import timers
from bot.store.agents import Agent
from bot.store.database import Database
from bot.store.times import to_ms
from handoff.desk import Desk
from handoff.fields import NOT_TYPED, BadValue
from tests.dialogue.engine.playing import ROOT, TRIAL, Player, compiled
from tests.dialogue.engine.test_every_step import ANSWERS, answer, at_every_question, perform, step_of
from tests.handoff.conftest import HeldClock, Street
from tests.handoff.names import PlainNames
from tests.handoff.voice import PlainVoice

LEAST_HANDOFFS = 200
# The shipped flows and those of the trial content, which use what the shipped ones do not.
CONTENTS = {root: compiled(root) for root in (ROOT, TRIAL)}
NAMES = PlainNames()
# What an agent may do meanwhile.
NOTHING, PENDING, EARLIER, LATER, SNIPPET = "nothing", "the pending one", "an earlier one", "a later one", "by snippet"
REFUSED = "a value that is none"
CHANGES = (NOTHING, PENDING, EARLIER, LATER, SNIPPET, REFUSED)
# Other words than the walk's own, where another value does not turn the flow into another way.
OTHERS = {**ANSWERS, "data": "przedwczoraj", "telefon": "601 234 567", "tekst": "Inny opis, 654321."}


def kind_of(flow: str, slot: str) -> tuple[str, tuple[str, ...]] | None:
    of = next((content.flows[flow] for content in CONTENTS.values() if flow in content.flows), None)
    step = of.collect_of(slot) if of is not None else None
    return (step.type, tuple(step.options)) if step is not None else None


def typed(step: Step | None) -> bool:
    return step is not None and step.type not in NOT_TYPED


def words_for(step: Step) -> str:
    return NAMES.option_label(str(step.slot), step.options[0]) if step.options else OTHERS[step.type]


def moments() -> Iterator[tuple[str, Player, Step, str]]:
    """Every flow, every question of it, everything that an agent may do there."""
    for root, content in CONTENTS.items():
        for flow in sorted(content.flows):
            for player, step in at_every_question(root, flow):
                for change in CHANGES:
                    yield flow, Player(content, state=player.state, now=player.now), step, change


def slot_for(change: str, player: Player, step: Step, flow: str) -> Step | None:
    """Which field the agent touches; None where there is none of that kind here."""
    collect = player.flows.flows[flow].collect_of
    frame = player.state.top
    assert frame is not None
    if change in (PENDING, SNIPPET):
        return step if typed(step) else None
    if change == REFUSED:
        return step if typed(step) and step.type != "tekst" else None
    wanted = list(frame.fields) if change == EARLIER else [slot for slot in frame.missing if slot != step.slot]
    fit = (found for slot in wanted if typed(found := collect(slot)))
    # Yes and no, and choices, lead flows another way; that is the agent's right, and another test's matter.
    return next((one for one in fit if one is not None and one.type in OTHERS and one.type != "tak_nie"), None)


def play_to_the_end(player: Player, flow: str) -> list[str]:
    """The slots that are asked until the flow is over."""
    asked: list[str] = []
    for _ in range(60):
        question = player.state.question
        if not player.state.stack or player.state.handed or question is None:
            return asked
        if question.kind is Pending.SUMMARY:
            player.says("tak", intent="potwierdzenie")
            perform(player)
            continue
        step = step_of(player, flow)
        assert step.slot not in player.fields, f"{flow}: {step.slot} is known and asked again"
        asked.append(str(step.slot))
        answer(player, step)
    raise AssertionError(f"{flow} comes to no end")


@pytest.fixture
def desk(database: Database, redis: Redis, voice: PlainVoice, settings: Settings, clock: HeldClock) -> Desk:
    return Desk(database, redis, voice, settings, NAMES, clock, field_kind=kind_of)


async def test_in_hundreds_of_handoffs_nothing_known_is_asked_again(
    desk: Desk, street: Street, anna: Agent, database: Database
) -> None:
    done = 0
    for number, (flow, player, step, change) in enumerate(moments()):
        touched = slot_for(change, player, step, flow)
        if change != NOTHING and touched is None:
            continue
        assert player.says("konsultant") == ["przekaz_konsultantowi"]
        id = await street.customer(str(number), state=states.to_json(player.state))
        await street.asks_for_a_person(id)
        await desk.take(anna, id)
        if touched is not None and change == SNIPPET:
            await desk.ask_field(anna, id, str(touched.slot))
            await street.writes(id, words_for(touched))
        elif touched is not None and change == REFUSED:
            with pytest.raises(BadValue):
                await desk.edit_field(anna, id, str(touched.slot), "???")
        elif touched is not None:
            await desk.edit_field(anna, id, str(touched.slot), words_for(touched))
        await desk.hand_back(anna, id)
        state = (await street.conversation(id)).state
        assert state is not None
        back = Player(player.flows, state=states.from_json(state), now=player.now)
        said = back.event(**await handed_back(database, id, street))
        assert said[0] in ("utter_handback_recap", "utter_handback"), (flow, step.slot, change)
        perform(back)
        asked = play_to_the_end(back, flow)
        assert len(asked) == len(set(asked)), (flow, step.slot, change, asked)
        if touched is not None:
            assert (touched.slot in asked) is (change == REFUSED), (flow, step.slot, change)
        done += 1
    assert done >= LEAST_HANDOFFS


async def handed_back(database: Database, id: str, street: Street) -> dict[str, Any]:
    """The event that the worker gives to the dialogue."""
    due = await database.read(lambda tx: timers.due(tx, to_ms(street.clock()), limit=10_000))
    return next(one.event for one in due if one.conversation_id == id and one.event["kind"] == "handback")
