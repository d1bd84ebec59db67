"""The dialogues beside the flows, which `dyzurny publish` plays: as written, by the engine and by a real Rasa."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from bot.clock import WARSAW
from bot.dialogue.client import RasaClient
from bot.dialogue.engine.sentences import Extra
from bot.editions.dialogues import Dialogue, read_dialogues
from bot.editions.rehearsal import rehearse
from tests.content.conftest import ROOT
from tests.dialogue.engine.playing import Player, compiled

DIALOGUES = read_dialogues(ROOT)
NOON = datetime(2026, 11, 21, 12, tzinfo=WARSAW)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: str(dialogue.title))
def test_the_dialogue_goes_as_written(dialogue: Dialogue) -> None:
    player = Player(flows=compiled(ROOT), known=dialogue.known)
    for turn in dialogue.turns:
        got = player.says(turn["says"], intent=turn.get("intent"))
        assert [name for name in got if name != Extra.INTRODUCTION.value] == turn["gets"], turn


def test_every_flow_is_begun_in_some_dialogue() -> None:
    begun = {turn.get("intent") for dialogue in DIALOGUES for turn in dialogue.turns}
    for flow in compiled(ROOT).flows.values():
        assert begun & set(flow.triggers), flow.name


@pytest.mark.rasa
async def test_a_model_that_disappoints_is_told_with_the_turn(rasa_url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        client = RasaClient([rasa_url], http, timeout=20, in_flight=1)
        assert await rehearse(client, DIALOGUES, NOON) == []
        first, *turns = DIALOGUES[0].turns
        wrong = replace(DIALOGUES[0], turns=(first, *({**turn, "gets": ["utter_faq/raty"]} for turn in turns)))
        (found,) = await rehearse(client, [wrong], NOON)
    assert (found.turn, found.wanted, found.got) == (2, ("utter_faq/raty",), ("utter_faq/infolinia",))
