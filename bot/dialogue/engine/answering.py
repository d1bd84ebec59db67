"""The customer's answer to a flow's question: taken, refused with a reason, left out, or none at all."""

from __future__ import annotations

from typing import Any

from bot.dialogue.engine import correcting, phrases, steering
from bot.dialogue.engine.acts import HandoffReason
from bot.dialogue.engine.asides import LONG, follow_aside, goes_first, is_worth_asking, take_freely
from bot.dialogue.engine.asking import proceed
from bot.dialogue.engine.conversing import QUESTIONS, fall_back
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import (
    fill,
    fill_besides,
    fill_hour_of_day,
    fill_story,
    fill_told,
    keep_street,
    place_of,
    skip,
)
from bot.dialogue.engine.model import Step, StepKind
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.reading import Read, Refused, read, yes_or_no
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.engine.state import Frame, Source
from bot.dialogue.engine.turn import Certainty, Purpose

_LOOSE = frozenset({"tekst", "tak_nie", "wybor", "lokalizacja"})
"""Kinds for which almost any words may pass as an answer."""
_BARE = 3
_MOST_REFUSALS = 3
_LEAD = 5
"""Letters of the preposition in front of a place."""


def answer(draft: Draft, step: Step, found: Read) -> None:
    """Stores the answer to the step that was asked, with whatever else the message says, and goes on."""
    frame = draft.frame
    if frame is None:
        return
    if keep_street(draft, frame, step, _as_written(draft, found.value)):
        proceed(draft)
        return
    value = place_of(draft, frame, step, found.value)
    fill(draft, frame, step.slot, value, found.source, draft.understood.text or None)
    if step.type == "tekst":
        fill_told(draft, frame)
    elif found.source is not Source.BUTTON:
        fill_besides(draft, frame, step.slot)
        fill_hour_of_day(draft, frame, step)
    proceed(draft)


def _as_written(draft: Draft, value: Any) -> Any:
    """ "na Długiej" as it was said, of which the value keeps "Długiej"."""
    text = draft.understood.text.strip(" .,!")
    return text if isinstance(value, str) and text.endswith(value) and len(text) - len(value) < _LEAD else value


def reply_to_step(draft: Draft) -> None:
    frame, step = draft.frame, draft.step
    if frame is None or step is None or step.kind is not StepKind.COLLECT:
        take_freely(draft)
    elif step.type == "zdjecia":
        _to_photos(draft, frame, step)
    elif not (goes_first(draft, step) and follow_aside(draft)):
        reply_to_typed(draft, frame, step)


def _note_story(draft: Draft, frame: Frame, step: Step) -> bool:
    """What happened, told where something else was asked: noted, and the question asked again."""
    intent = draft.understood.intent or "" if draft.understood.sure else ""
    elsewhere = intent.startswith(QUESTIONS) or draft.flows.triggered_by(intent) not in (None, draft.flow)
    if elsewhere or phrases.is_question(draft.understood.text):
        return False
    slot = fill_story(draft, frame, step.slot)
    if slot is None:
        return False
    fill_besides(draft, frame, step.slot)
    draft.say(draft.first_of(f"utter_noted_{slot}") or Sentence.NOTED, Purpose.INFO)
    proceed(draft, again=True)
    return True


def reply_to_typed(draft: Draft, frame: Frame, step: Step) -> None:
    if _corrects_another(draft, step) or _explains(draft, step) or _is_another_answer(draft, frame, step):
        return
    found = read(draft, step)
    unknown = phrases.says_unsure(draft.understood.text) or phrases.says_none(draft.understood.text)
    if isinstance(found, Read):
        answer(draft, step, found)
    elif unknown and step.slot in frame.streets:
        answer(draft, step, Read(frame.streets[step.slot]))
    elif found.unsure or phrases.says_none(draft.understood.text) or _declines(draft, step):
        _unsure(draft, frame, step, found)
    elif (found.empty and _note_story(draft, frame, step)) or ((found.empty or found.utter) and follow_aside(draft)):
        pass
    elif found.empty and fill_besides(draft, frame, step.slot):
        draft.say(Sentence.NOTED, Purpose.INFO)
        proceed(draft, again=True)
    elif found.empty and correcting.correct_stated(draft):
        pass
    elif found.empty and draft.understood.certainty is Certainty.ASK and is_worth_asking(draft):
        fall_back(draft)
    else:
        refuse(draft, frame, step, found)


def _corrects_another(draft: Draft, step: Step) -> bool:
    """ "popraw rejestrację" while something else is asked; a mistake told in a free text is part of the story."""
    text = draft.understood.text
    if step.type == "tekst" and not (phrases.orders_correction(text) and phrases.word_count(text) <= LONG):
        return False
    return phrases.corrects(text) and correcting.correct(draft, insist=phrases.orders_correction(text))


def _is_another_answer(draft: Draft, frame: Frame, step: Step) -> bool:
    """A number plate where a claim's number is asked for: the whole message is another field's value."""
    text = draft.understood.text.strip(" .,!")
    whole = {item.kind for item in draft.understood.entities if item.text.strip(" .,!") == text}
    others = (item for item in draft.flows.flows[frame.flow].collects() if item.slot not in frame.fields)
    if step.type != "tekst" or step.sensitive or not any(item.type in whole for item in others):
        return False
    if not fill_besides(draft, frame, step.slot):
        return False
    if step.optional:
        skip(frame, step.slot)
    draft.say(Sentence.NOTED, Purpose.INFO)
    proceed(draft, again=not step.optional)
    return True


def _declines(draft: Draft, step: Step) -> bool:
    """A bare no to a question that may be left out."""
    short = phrases.word_count(draft.understood.text) <= _BARE
    return step.optional and short and yes_or_no(draft) is False


def _explains(draft: Draft, step: Step) -> bool:
    """Answers "a po co wam to?" where the words might be taken for an answer."""
    text = draft.understood.text
    if step.type not in _LOOSE or not phrases.asks_back(text) or phrases.word_count(text) > LONG + 2:
        return False
    intent = draft.understood.intent or ""
    if draft.understood.sure and (intent.startswith(QUESTIONS) or draft.flows.triggered_by(intent) is not None):
        return False
    steering.explain(draft)
    return True


def _unsure(draft: Draft, frame: Frame, step: Step, found: Refused) -> None:
    """ "nie wiem": left out where it may be, explained where it may not."""
    if step.optional:
        # "nie mam, ale rejestracja to WX 12345": what is said besides is not lost.
        fill_besides(draft, frame, step.slot)
        steering.leave_out(draft, frame, step)
        proceed(draft)
        return
    refuse(draft, frame, step, found)


def refuse(draft: Draft, frame: Frame, step: Step, found: Refused) -> None:
    """Says why the answer was not taken and asks again; the third time in a row somebody else helps."""
    frame.rejected += 1
    if frame.rejected >= _MOST_REFUSALS:
        _give_up(draft, frame, step)
        return
    refusal, explained = _refusal(draft, step, found), steering.explanation(draft, step)
    draft.say(refusal, Purpose.REJECT, slots={"slot": step.slot})
    # A text of the step's own for "nie wiem" explains already.
    helped = refusal == f"utter_reject_{step.slot}_{found.reason}"
    if explained and (frame.rejected > 1 or (found.unsure and not helped)):
        draft.say(explained, Purpose.EXPLAIN)
    proceed(draft, again=True)


def _refusal(draft: Draft, step: Step, found: Refused) -> str:
    names = (
        f"utter_reject_{step.slot}_{found.reason}",
        f"utter_reject_{step.type}_{found.reason}",
        f"utter_reject_{step.slot}",
        f"utter_reject_{step.type}",
    )
    return found.utter or draft.first_of(*names) or Sentence.REJECT


def _give_up(draft: Draft, frame: Frame, step: Step) -> None:
    frame.rejected = 0
    if step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
        return
    draft.say(Sentence.FALLBACK_HANDOFF, Purpose.FALLBACK)
    steering.person(draft, HandoffReason.STUCK)


def _to_photos(draft: Draft, frame: Frame, step: Step) -> None:
    text = draft.understood.text
    ended = phrases.says_done(text) or phrases.says_none(text) or phrases.says_unsure(text)
    if draft.understood.sure and draft.understood.intent == Control.NO.value:
        ended = True
    if ended and frame.photos:
        steering.finish_photos(draft, frame, step)
        proceed(draft)
    elif ended and step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
    elif _corrects_another(draft, step) or follow_aside(draft):
        pass
    elif fill_besides(draft, frame, step.slot):
        draft.say(Sentence.NOTED, Purpose.INFO)
        proceed(draft, again=True)
    else:
        refuse(draft, frame, step, Refused("no_value"))
