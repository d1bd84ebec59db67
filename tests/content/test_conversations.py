"""Every conversation of the folder rozmowy goes as it stands there, word for word, as each of four people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bot.dialogue.compiler import check
from tests.content.conftest import ROOT
from tests.content.speaking import PEOPLE, conversations, said_to, talk_with

CONVERSATIONS = [
    pytest.param(conversation, id=f"{path.stem}: {conversation['rozmowa']}")
    for path, found in conversations().items()
    for conversation in found
]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_the_conversation_goes_as_written(conversation: Mapping[str, Any], person: str) -> None:
    talk = talk_with(person, conversation)
    for number, turn in enumerate(conversation["turns"], 1):
        wanted = [said_to(line, person) for line in turn["gets"]]
        assert talk.take(turn) == wanted, f"turn {number}"


def test_the_shipped_content_has_no_fault() -> None:
    assert [str(fault) for fault in check(ROOT)] == []


def test_every_sentence_of_every_flow_is_said_in_some_conversation(flows: dict[str, dict[str, Any]]) -> None:
    heard: set[str] = set()
    for conversation in (each for found in conversations().values() for each in found):
        talk = talk_with("pan", conversation)
        for turn in conversation["turns"]:
            talk.take(turn)
        heard |= talk.heard
    named = yaml.dump(flows, allow_unicode=True)
    said = {line.split("action:", 1)[1].strip() for line in named.splitlines() if "action:" in line}
    refused = {line.split("utter:", 1)[1].strip() for line in named.splitlines() if "utter:" in line}
    assert said | refused <= heard
