"""The says/gets dialogues of this folder, played with the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dialogue.engine.playing import Player, play

FOLDER = Path(__file__).parent / "dialogues"


def _dialogues() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for dialogue in content["dialogues"]:
            turns = [*content.get("before", []), *dialogue["turns"]]
            name = f"{path.stem}: {dialogue['dialogue']}"
            found.append(pytest.param(turns, content.get("intents", {}), content.get("known", {}), id=name))
    return found


@pytest.mark.parametrize(("turns", "intents", "known"), _dialogues())
def test_the_dialogue_goes_as_written(
    turns: list[dict[str, Any]], intents: dict[str, str], known: dict[str, Any]
) -> None:
    play(turns, Player(intents=intents, known=known))
