"""Snapshots as earlier releases wrote them: a conversation in the middle of a flow goes on under this one.

A file here is what the release wrote and is never changed; a release that writes them otherwise adds a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.engine import state as states
from tests.dialogue.engine.playing import Player

SNAPSHOTS = sorted((Path(__file__).parent / "snapshots").glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    """A customer who reported a broken lamp and has said since when; asked is what kind of lamp it is."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_a_conversation_begun_under_an_earlier_release_goes_on_where_it_was(path: Path) -> None:
    player = Player(state=states.from_json(read(path)))
    assert (player.asked, player.fields["od_kiedy"]) == ("rodzaj", "2026-11-20")
    player.taps(slot="rodzaj", value="sciana")
    assert player.asked == "opis"
    player.says("Miga i gaśnie.")
    player.taps(control="gotowe")
    player.says("600700800")
    player.says("nie podam")
    assert player.fields["od_kiedy"] == "2026-11-20", "what they said before the change is still known"
    assert player.fields["telefon"]


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_what_a_later_release_adds_is_passed_over(path: Path) -> None:
    """While a release is put in place, or taken back, a process of this one meets snapshots of the next."""
    raw = read(path)
    later = {**raw, "mood": "calm", "stack": [{**frame, "pace": 3} for frame in raw["stack"]]}
    assert states.from_json(later) == states.from_json(raw) != states.State()
