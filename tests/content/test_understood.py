"""The conversations of rozmowy with the real understanding: a trained Rasa reads what the customer writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.dialogue.engine import state as states
from bot.dialogue.engine.turn import Act, Json, Option, Outcome, Purpose, Say
from tests.content.speaking import Talk, conversations, said_to, talk_with
from tests.dialogue.engine.playing import Player
from tests.support.plain_http import plain_http

pytestmark = pytest.mark.rasa


class Understanding(Player):
    """A player whose turns go through Rasa's REST channel; only the sentence goes there, not what it means."""

    def __init__(self, url: str, sender: str, like: Player) -> None:
        super().__init__(flows=like.flows, known=like.known, state=like.state, now=like.now)
        self.url, self.sender, self.turns = url, sender, 0

    def says(self, text: str, intent: str | None = None, certainty: str = "yes", **rest: Any) -> list[str]:
        return self._ask(text)

    def taps_command(self, command: Json) -> list[str]:
        return self._ask("przycisk", command=dict(command))

    def sends(self, *types: str, text: str = "[zalacznik]", **rest: Any) -> list[str]:
        files = [{"type": kind, "id": f"{kind}-{self.turns}-{n}", **rest} for n, kind in enumerate(types)]
        return self._ask(text, attachments=files)

    def event(self, **event: Any) -> list[str]:
        return self._ask("/zdarzenie", event=event)

    def _ask(self, message: str, **metadata: Any) -> list[str]:
        self.turns += 1
        given = {
            "mid": f"{self.sender}-{self.turns}",
            "now": self.now.isoformat(),
            "known": dict(self.known),
            "restore": states.to_json(self.state),
            **metadata,
        }
        body = {"sender": self.sender, "message": message, "metadata": given}
        answer = plain_http().post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=60)
        items = [item["custom"] for item in answer.raise_for_status().json()]
        self.state = states.from_json(items[-1]["state"])
        self.last = Outcome(self.state, tuple(_item(item) for item in items[:-1]))
        return []


def _item(raw: Mapping[str, Any]) -> Say | Act:
    if "act" in raw:
        return Act(raw["act"], raw.get("args") or {}, bool(raw.get("awaits")))
    options = tuple(
        Option(option["command"], option.get("title_key", ""), option.get("title", ""))
        for option in raw.get("options", ())
    )
    return Say(raw["say"], Purpose(raw["purpose"]), raw["slots"], raw.get("step"), options, raw.get("lead"))


def talk_through(url: str, conversation: Mapping[str, Any], number: int) -> Talk:
    talk = talk_with("pan", conversation)
    talk.player = Understanding(url, f"content:{number}.1", talk.player)
    return talk


def test_every_conversation_is_understood_as_it_is_written(rasa_url: str) -> None:
    misread: list[tuple[str, str, list[str]]] = []
    for number, conversation in enumerate(each for found in conversations().values() for each in found):
        talk = talk_through(rasa_url, conversation, number)
        for turn in conversation["turns"]:
            got = talk.take(turn)
            if got != [said_to(line, "pan") for line in turn["gets"]]:
                misread.append((conversation["rozmowa"], str(turn.get("says") or turn.get("taps")), got))
                break
    assert misread == []
