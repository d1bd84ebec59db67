"""A yes to a question of life and death that was answered with no before: heard whatever is being asked now."""

from __future__ import annotations

import re

from bot.dialogue.engine import phrases
from bot.dialogue.engine.asking import proceed
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import fill, fill_besides, put
from bot.dialogue.engine.model import Step
from bot.dialogue.engine.state import Frame, Source
from bot.dialogue.engine.walk import can_go_back_to


def hear(draft: Draft) -> bool:
    """Corrects a careful no that the message turns into a yes in so many words, and goes the way of the yes."""
    frame, flow, text = draft.frame, draft.flow, draft.understood.text
    if frame is None or flow is None or not text:
        return False
    turned = [step for step in flow.collects() if _was_denied(draft, frame, step) and _says_yes(step, text)]
    if not turned:
        return False
    asked = draft.step
    for step in turned:
        put(draft, frame, step.slot, True, Source.SAID, text)
    if asked is not None and asked.type == "tekst" and asked.from_opening and asked.slot not in frame.fields:
        fill(draft, frame, asked.slot, text, Source.SAID, text)
    fill_besides(draft, frame)
    proceed(draft)
    return True


def _was_denied(draft: Draft, frame: Frame, step: Step) -> bool:
    field = frame.fields.get(step.slot) if step.careful else None
    return field is not None and field.value is False and can_go_back_to(draft, frame, step.slot)


def _says_yes(step: Step, text: str) -> bool:
    pattern = step.told.get("tak")
    return pattern is not None and not text.rstrip().endswith("?") and bool(re.search(pattern, phrases.plain(text)))
