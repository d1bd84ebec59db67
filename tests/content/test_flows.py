"""Every shipped flow is played to each of its ends, as a customer would and as an editor can read in przebiegi.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.compiler import check
from tests.content.conftest import ROOT
from tests.dialogue.engine.playing import Player, compiled, play

DIALOGUES = yaml.safe_load(Path(__file__).with_name("przebiegi.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: str(dialogue["title"]))
def test_the_dialogue_goes_as_written(dialogue: dict[str, Any]) -> None:
    play(dialogue["turns"], Player(flows=compiled(ROOT), known=dialogue.get("known") or {}))


def test_the_shipped_content_has_no_fault() -> None:
    assert [str(fault) for fault in check(ROOT)] == []


def test_every_sentence_of_every_flow_is_said_in_some_dialogue(flows: dict[str, dict[str, Any]]) -> None:
    heard = {name for dialogue in DIALOGUES for turn in dialogue["turns"] for name in turn["gets"]}
    named = yaml.dump(flows, allow_unicode=True)
    said = {line.split("action:", 1)[1].strip() for line in named.splitlines() if "action:" in line}
    assert said <= heard
