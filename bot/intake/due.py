"""Sentences decided earlier and said when they are due: the reminder of a call, a file that could not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.saying import Say
from bot.messenger.policy import STANDARD_WINDOW
from bot.store import timers
from bot.store.conversations import Conversation
from bot.store.database import Tx

SAY = "say"
"""The `kind` of a timer's event that asks for a sentence."""
_WINDOW_MS = int(STANDARD_WINDOW.total_seconds() * 1000)


def say_later(tx: Tx, conversation_id: str, response: str, slots: Mapping[str, Any], *, id: str, due_at: int) -> None:
    """Have `response` said at `due_at` (UTC ms); set twice under one `id`, it is said once."""
    event = {"kind": SAY, "say": response, "slots": dict(slots)}
    timers.set_timer(tx, id=id, conversation_id=conversation_id, event=event, due_at=due_at)


def due_say(conversation: Conversation, event: Mapping[str, Any], now: int) -> Say | None:
    """What is to be said; None where a person has the conversation by now, or the 24 hours are over."""
    heard_at = conversation.last_customer_at
    if conversation.owner != "bot" or heard_at is None or now - heard_at >= _WINDOW_MS:
        return None
    return Say(str(event["say"]), event.get("slots") or {})
