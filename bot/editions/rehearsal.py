"""Plays an edition's dialogues against a Rasa that serves it: real understanding, no customer, no side effect."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.dialogue.client import RasaClient
from bot.dialogue.engine.sentences import Extra
from bot.dialogue.turns import ATTACHMENT_MESSAGE, EVENT_MESSAGE
from bot.editions.dialogues import Dialogue

_COMMANDS = {"intent": "intent", "control": "control", "slot": "answer", "flow": "resume"}


@dataclass(frozen=True)
class Disappointment:
    """A turn that did not go as written. `wanted` and `got` are names of texts and acts, in their order."""

    dialogue: Dialogue
    turn: int
    wanted: tuple[str, ...]
    got: tuple[str, ...]


async def rehearse(
    client: RasaClient, dialogues: Sequence[Dialogue], now: datetime, tell: Callable[[int], None] | None = None
) -> list[Disappointment]:
    """The first disappointment of each dialogue, none where all went as written. Raises RasaUnavailable.

    `tell` hears how many have been played.
    """
    found = []
    for number, dialogue in enumerate(dialogues, 1):
        disappointed = await _play(client, dialogue, now)
        if disappointed is not None:
            found.append(disappointed)
        if tell is not None:
            tell(number)
    return found


async def _play(client: RasaClient, dialogue: Dialogue, now: datetime) -> Disappointment | None:
    # A sender of its own, so that no tracker of another rehearsal is found.
    sender, state = f"proba-{uuid.uuid4().hex}", None
    for number, turn in enumerate(dialogue.turns, 1):
        now += timedelta(**turn.get("later", {"seconds": 10}))
        text, metadata = _message(turn, dialogue.known, now, state, f"{sender}:{number}")
        items = await client.turn(sender, 0, text, metadata)
        state = items[-1]["state"]
        got = tuple(str(item.get("say") or item.get("act")) for item in items[:-1])
        wanted = tuple(turn.get("gets", got))
        if Extra.INTRODUCTION.value not in wanted:
            # The assistant introduces itself at the beginning of every conversation; nobody needs to write it down.
            got = tuple(name for name in got if name != Extra.INTRODUCTION.value)
        if got != wanted:
            return Disappointment(dialogue, number, wanted, got)
    return None


def _message(
    turn: Mapping[str, Any], known: Mapping[str, Any], now: datetime, state: Any, mid: str
) -> tuple[str, dict[str, Any]]:
    metadata: dict[str, Any] = {"mid": mid, "now": now.isoformat(), "known": dict(known), "restore": state}
    if "event" in turn:
        return EVENT_MESSAGE, {**metadata, "event": turn["event"]}
    if "taps" in turn:
        word = next(word for word in _COMMANDS if word in turn["taps"])
        return ATTACHMENT_MESSAGE, {**metadata, "command": {"kind": _COMMANDS[word], **turn["taps"]}}
    if "sends" in turn:
        files = [{"type": kind, "id": f"{mid}:{n}"} for n, kind in enumerate(turn["sends"])]
        return ATTACHMENT_MESSAGE, {**metadata, "attachments": files}
    text = str(turn["says"])
    return text, {**metadata, "length": len(text)}
