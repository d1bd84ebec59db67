"""Loads what the first message after a start would wait for: dictionary, learned weights, patterns."""

from __future__ import annotations

import asyncio

from bot.dialogue.grievances import grievance
from bot.dialogue.learned_score import load_all
from bot.language.dictionary import readings

# The start itself comes first.
AFTER_S = 0.5


async def warm() -> None:
    await asyncio.sleep(AFTER_S)
    await asyncio.to_thread(_load)


def _load() -> None:
    load_all()
    # Whatever the word: dictionary and patterns are opened with the first.
    readings("tak")
    grievance("tak")
