"""A consent is withdrawn in words at any time, as easily as it was given (GDPR, article 7(3)); speaks to nobody itself.

What may not be kept without it is forgotten at once. A flow that is under way goes on as if the consent had been
refused; where the flow is over, a person decides what becomes of its case.
"""

from __future__ import annotations

from bot.dialogue.engine import phrases, steering
from bot.dialogue.engine.acts import RECORD_CONSENT, REFUSED, HandoffReason
from bot.dialogue.engine.asking import ask_again, consents_in, proceed
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.sentences import Extra
from bot.dialogue.engine.state import Frame, Source
from bot.dialogue.engine.turn import Purpose
from bot.dialogue.engine.walk import reopen_after

_FEW_WORDS = 3


def withdraw(draft: Draft) -> bool:
    """Whether the message withdraws a consent that stands given; then it is done and answered."""
    if not phrases.withdraws_consent(draft.understood.text):
        return False
    open_frames = [*draft.state.stack, *draft.state.suspended]
    held = [(frame, slot) for frame in open_frames for slot in consents_in(draft, frame)]
    over = draft.state.consents
    if not held and not over:
        return _nothing_to_withdraw(draft)
    for slot in dict.fromkeys([*(slot for _, slot in held), *over]):
        draft.act(RECORD_CONSENT, {"zgoda": slot, "udzielona": False, "wycofana": True})
    for frame, slot in held:
        _take_back(draft, frame, slot)
    draft.state.consents = []
    goes_on = draft.frame is not None and any(frame is draft.frame for frame, _ in held)
    if goes_on:
        proceed(draft)
    if not draft.state.handed and (over or not goes_on):
        steering.person(draft, HandoffReason.CONSENT_WITHDRAWN)
    return True


def _nothing_to_withdraw(draft: Draft) -> bool:
    """Who withdraws what was never given hears so, and what can be had instead; a longer message says more."""
    if Extra.NO_CONSENT not in draft.flows.responses or phrases.word_count(draft.understood.text) > _FEW_WORDS:
        return False
    draft.say(Extra.NO_CONSENT, Purpose.ANSWER)
    ask_again(draft)
    return True


def _take_back(draft: Draft, frame: Frame, slot: str) -> None:
    flow = draft.flows.flows[frame.flow]
    reopen_after(draft, frame, slot)
    for step in flow.collects():
        if step.consent == slot:
            frame.fields.pop(step.slot, None)
            frame.skipped = [item for item in frame.skipped if item != step.slot]
            frame.history = [item for item in frame.history if item != step.slot]
            frame.photos = [] if step.type == "zdjecia" else frame.photos
    frame.fields[slot] = draft.field(False, Source.SAID, draft.understood.text)
    asked = flow.collect_of(slot)
    if asked is not None:
        # On record already, as withdrawn and not as refused.
        frame.done.append(f"{asked.id}{REFUSED}")
