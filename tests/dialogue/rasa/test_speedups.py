"""The replaced parts of Rasa, compared with the originals in Rasa's own environment."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from bot.dialogue.compiler.training import environment, python
from tests.support.processes import ROOT

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def probed() -> dict[str, Any]:
    command = [str(python()), "-W", "ignore", str(ROOT / "tests" / "dialogue" / "rasa" / "probe_speedups.py")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_they_are_in_place_under_the_pinned_version(probed: dict[str, Any]) -> None:
    assert probed["applied"]
    assert probed["replaced"]


def test_every_event_is_found_as_before(probed: dict[str, Any]) -> None:
    assert probed["types"] > 20
    assert probed["same_types"]


def test_a_graph_gives_the_same_results(probed: dict[str, Any]) -> None:
    assert probed["results"] == "c"
    assert probed["same_results"]
