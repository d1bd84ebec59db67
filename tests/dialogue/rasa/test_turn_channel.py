"""Our channel into Rasa: it answers when the turn is decided, and nobody overtakes what is not yet through."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from bot.dialogue.compiler.training import environment, python
from tests.dialogue.rasa.conftest import TrialRasa
from tests.support.plain_http import plain_http
from tests.support.processes import ROOT

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def probed() -> dict[str, Any]:
    command = [str(python()), "-W", "ignore", str(ROOT / "tests" / "dialogue" / "rasa" / "probe_turn_channel.py")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_answer_leaves_before_rasa_is_through(probed: dict[str, Any]) -> None:
    assert probed["answer"] == [
        {"recipient_id": "s.0", "custom": {"say": "first", "metadata": {"mid": "first"}}},
    ]
    assert probed["story"][:3] == ["first begins", "first is answered", "first goes on"]


def test_the_next_turn_of_the_conversation_waits_and_others_do_not(probed: dict[str, Any]) -> None:
    assert probed["waiting"] == [False, False]
    assert probed["other"][0]["custom"]["say"] == "other"
    assert probed["second"][0]["custom"]["say"] == "second"
    story = probed["story"]
    assert story.index("other is answered") < story.index("first ends") < story.index("second begins")


def test_a_turn_that_fails_answers_nothing(probed: dict[str, Any]) -> None:
    assert probed["failed"] == []


def test_both_channels_answer_the_same(trial_rasa: TrialRasa, sender: str) -> None:
    text = "nie świeci lampa pod blokiem od wczoraj"
    given = {"mid": "m-1", "now": "2026-11-21T12:00:00+01:00"}
    body = {"sender": f"{sender}-rest", "message": text, "metadata": given}
    answer = plain_http().post(f"{trial_rasa.url}/webhooks/rest/webhook", json=body, timeout=60)
    assert [item["custom"] for item in answer.json()] == trial_rasa.turn(sender, text, mid="m-1")
