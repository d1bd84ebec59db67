"""Going on: walks the topmost flow to its next question and asks it; knows nothing of how answers are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.model import Step, StepKind
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.sentences import Extra, Sentence
from bot.dialogue.engine.state import Frame, Pending, Question
from bot.dialogue.engine.turn import Json, Option, Purpose
from bot.dialogue.engine.walk import walk

TITLED = (Control.PERSON, Control.SKIP, Control.DONE, Control.YES, Control.CORRECT)
"""Buttons that the engine adds to a question without buttons of its own; `titles` in the locale names them."""
_LONG_SILENCE = timedelta(hours=6)
_MOST_FLOWS = 20
"""Flows that may end or link within one turn; the compiler refuses flows that link in a circle."""
_MOST_FIELD_BUTTONS = 11
"""Messenger shows 13 quick replies; two stay for the person and the way back."""


def proceed(draft: Draft, again: bool = False) -> None:
    """Walks on and asks the next question; with `again` in the words for a question asked before."""
    draft.state.question = None
    for _ in range(_MOST_FLOWS):
        frame = draft.frame
        if frame is None or draft.state.handed:
            return
        stop = walk(draft, frame)
        if stop is None:
            _finish(draft, frame)
        elif stop.kind is StepKind.LINK:
            _link(draft, frame, stop)
        else:
            _stop_at(draft, frame, stop, again)
            return


def ask_again(draft: Draft) -> None:
    """Asks the pending question once more, whatever its kind; nothing where none is pending."""
    question = draft.state.question
    if silent_for_long(draft) and draft.frame is not None:
        # After days a bare question would come out of nowhere.
        offer_to_go_on(draft, draft.frame.flow)
    elif question is None or question.kind in (Pending.STEP, Pending.KNOWN, Pending.SUMMARY, Pending.CHOICE):
        proceed(draft, again=True)
    elif question.kind is Pending.WHICH_FIELD:
        ask_which_field(draft)
    elif question.kind is Pending.SNIPPET:
        ask_snippet(draft, question.slot or "")
    elif question.kind is Pending.CANCEL:
        ask_whether_to_cancel(draft, question)
    else:
        name, slots = _OWN_QUESTIONS[question.kind], {"flow": question.flow}
        draft.ask(question, name, Purpose.CONFIRM, slots=slots)


def offer_to_go_on(draft: Draft, flow: str) -> None:
    """Does the customer, who is back, want to go on with the flow that is still open?"""
    question = Question(Pending.RESUME, flow=flow)
    slots = {"flow": flow, "wiersze": draft.rows(draft.frame) if draft.frame else []}
    draft.ask(question, Sentence.STILL_HERE, Purpose.CONFIRM, slots=slots)


def ask_whether_to_cancel(draft: Draft, question: Question) -> None:
    """Is the flow really to be left? Its answers are named where there are any."""
    slots = {"flow": question.flow, "wiersze": draft.rows(draft.frame) if draft.frame else []}
    draft.ask(question, Sentence.CANCEL_CONFIRM, Purpose.CONFIRM, slots=slots)


def silent_for_long(draft: Draft) -> bool:
    """Whether this is the first turn after so long a time that the talk before it is forgotten."""
    at = draft.state.at
    return at is not None and draft.now - datetime.fromisoformat(at) > _LONG_SILENCE


_OWN_QUESTIONS = {
    Pending.RESUME: Sentence.RESUME_OFFER,
    Pending.PERSON: Sentence.FRUSTRATION,
}


def standing_question(draft: Draft) -> Question | None:
    """The question of the flow itself, which a side question stands in front of."""
    frame, step = draft.frame, draft.step
    if frame is None or step is None:
        return None
    if step.kind is StepKind.SUMMARY:
        return Question(Pending.SUMMARY)
    if step.kind is not StepKind.COLLECT:
        return None
    known = known_value(draft, frame, step) is not None
    return Question(Pending.KNOWN if known else Pending.STEP, step.slot)


def ask_which_field(draft: Draft, slots: list[str] | None = None) -> None:
    """Which answer is to be corrected? With a button for each of `slots`, by default for every answer given."""
    frame = draft.frame
    if frame is None:
        return
    named = slots or [row["slot"] for row in draft.rows(frame)]
    if not named:
        draft.say(Sentence.BACK_AT_START, Purpose.INFO)
        proceed(draft, again=True)
        return
    options = tuple(
        Option(control(Control.CORRECT, slot), title_key=f"fields.{slot}.przycisk")
        for slot in named[:_MOST_FIELD_BUTTONS]
    )
    draft.ask(Question(Pending.WHICH_FIELD), Sentence.WHICH_FIELD, options=options)


def ask_snippet(draft: Draft, slot: str) -> None:
    """The one question that an agent lets the assistant ask."""
    name = draft.first_of(f"utter_ask_{slot}") or Sentence.EXPLAIN
    draft.ask(Question(Pending.SNIPPET, slot), name, slots={"slot": slot}, step=slot)


def known_value(draft: Draft, frame: Frame, step: Step) -> Json | None:
    """`{"value", "label"}` of what the company or an earlier conversation knows for this step."""
    if step.slot in frame.declined or frame.rejected:
        return None
    known = draft.understood.known.get(step.known_from) if step.known_from else None
    if isinstance(known, dict) and known.get("value") is not None:
        return {"value": known["value"], "label": known.get("label", known["value"])}
    kept = draft.state.remembered.get(step.slot) if step.persisted else None
    return {"value": kept.value, "label": kept.value} if kept else None


def control(kind: Control, slot: str | None = None) -> dict[str, Any]:
    """The command of a button that steers."""
    command: dict[str, Any] = {"kind": "control", "control": kind.value}
    return {**command, "slot": slot} if slot else command


def titled(kind: Control) -> Option:
    """A button that steers, under its short name in the locale."""
    return Option(control(kind), title_key=f"titles.{kind.value}")


def _stop_at(draft: Draft, frame: Frame, stop: Step, again: bool) -> None:
    if stop.kind is StepKind.COLLECT:
        _ask_step(draft, frame, stop, again)
    elif stop.kind is StepKind.SUMMARY:
        _ask_summary(draft, frame, stop, again)
    # An act that is awaited, or one that handed the conversation over, leaves nothing to ask.


def _ask_step(draft: Draft, frame: Frame, step: Step, again: bool) -> None:
    known = known_value(draft, frame, step)
    if known is not None:
        name = draft.first_of(f"utter_known_{step.slot}") or Sentence.KNOWN_VALUE
        slots = {"slot": step.slot, "known": known}
        draft.ask(Question(Pending.KNOWN, step.slot), name, Purpose.CONFIRM, slots=slots, step=step.slot)
        return
    counted = f"?{step.slot}"
    name = question_name(draft, frame, step, again or counted in frame.counts)
    frame.counts[counted] = frame.counts.get(counted, 0) + 1
    options = () if name in draft.flows.buttoned else _step_options(frame, step)
    if frame.rejected:
        options = (*options, titled(Control.PERSON))
    named: dict[str, Any] = {"slot": step.slot, "ulica": frame.streets.get(step.slot)}
    draft.ask(Question(Pending.STEP, step.slot), name, slots=named, step=step.slot, options=options)


def question_name(draft: Draft, frame: Frame, step: Step, again: bool) -> str:
    """The most particular text there is for the step's question."""
    if step.type == "zdjecia" and frame.photos:
        return Sentence.PHOTO_COUNT
    if step.slot in frame.streets:
        return Extra.TOWN
    repeated = (f"utter_ask_again_{step.slot}",) if again else ()
    own = (step.utter,) if step.utter else ()
    plain = f"utter_ask_{step.slot}"
    return draft.first_of(*repeated, *own, f"utter_ask_{frame.flow}_{step.slot}", plain) or plain


def _step_options(frame: Frame, step: Step) -> tuple[Option, ...]:
    answers = tuple(
        Option({"kind": "answer", "slot": step.slot, "value": option}, title_key=f"options.{step.slot}.{option}")
        for option in step.options
    )
    done = (titled(Control.DONE),) if frame.photos else ()
    skip = (titled(Control.SKIP),) if step.optional and not frame.photos else ()
    return (*answers, *done, *skip)


def _ask_summary(draft: Draft, frame: Frame, step: Step, again: bool) -> None:
    again = again and step.id in frame.counts
    frame.counts[step.id] = frame.counts.get(step.id, 0) + 1
    name = Sentence.SUMMARY_AGAIN if again or frame.counts[step.id] > 1 else Sentence.SUMMARY
    options = () if name in draft.flows.buttoned else (titled(Control.YES), titled(Control.CORRECT))
    draft.ask(
        Question(Pending.SUMMARY),
        name,
        Purpose.SUMMARY,
        slots={"wiersze": draft.rows(frame)},
        step=step.id,
        options=options,
    )


def consents_in(draft: Draft, frame: Frame) -> list[str]:
    """Slots of the consents that stand given in this flow."""
    asked = [step.slot for step in draft.flows.flows[frame.flow].collects() if step.is_consent]
    return [slot for slot in asked if slot in frame.fields and frame.fields[slot].value is True]


def _finish(draft: Draft, frame: Frame) -> None:
    """The flow is over: what is to be kept is kept, and an interrupted one goes on."""
    for step in draft.flows.flows[frame.flow].collects():
        if step.persisted and step.slot in frame.fields:
            draft.state.remembered[step.slot] = frame.fields[step.slot]
    draft.state.consents = sorted({*draft.state.consents, *consents_in(draft, frame)})
    draft.state.stack.remove(frame)
    below = draft.frame
    if below is not None:
        draft.say(Sentence.RETURN_TO, Purpose.INFO, slots={"flow": below.flow})


def _link(draft: Draft, frame: Frame, step: Step) -> None:
    """The linked flow takes this one's place, and with it every answer that both know."""
    target = draft.flows.flows[step.flow]
    slots = {item.slot for item in target.collects()}
    fields = {slot: item for slot, item in frame.fields.items() if slot in slots}
    draft.state.stack[-1] = Frame(target.name, fields=fields, locals=dict(frame.locals))
