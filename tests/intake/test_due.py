"""A sentence decided earlier is said only where the assistant may still speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.saying import Say
from bot.intake.due import due_say
from bot.store.conversations import Conversation

NOW = 1_800_000_000_000
HOUR = 3_600_000
FIELDS = dict.fromkeys(Conversation.__dataclass_fields__)
OURS = Conversation(**{**FIELDS, "id": "p:c", "owner": "bot", "last_customer_at": NOW - HOUR})  # type: ignore[arg-type]
REMINDER = {"kind": "say", "say": "utter_przypomnienie_telefonu", "slots": {"department": "szkody"}}


def test_a_due_sentence_is_said_with_its_values() -> None:
    assert due_say(OURS, REMINDER, NOW) == Say("utter_przypomnienie_telefonu", {"department": "szkody"})


@pytest.mark.parametrize("owner", ["waiting", "agent", "elsewhere"])
def test_the_assistant_does_not_speak_into_a_persons_conversation(owner: str) -> None:
    assert due_say(replace(OURS, owner=owner), REMINDER, NOW) is None


def test_nothing_is_said_once_the_window_is_shut() -> None:
    assert due_say(replace(OURS, last_customer_at=NOW - 24 * HOUR), REMINDER, NOW) is None
    assert due_say(replace(OURS, last_customer_at=None), REMINDER, NOW) is None
