"""One turn of the dialogue: `advance` dispatches what came in; knows neither Rasa nor texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.dialogue.engine import consent, correcting, danger, leaving, phrases, questions, situations, steering
from bot.dialogue.engine import state as states
from bot.dialogue.engine.answering import answer, refuse
from bot.dialogue.engine.asking import ask_again, ask_which_field, proceed, standing_question
from bot.dialogue.engine.conversing import converse, fall_back, resume
from bot.dialogue.engine.draft import Draft, is_collect
from bot.dialogue.engine.events import take_event
from bot.dialogue.engine.model import END, CompiledFlows
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.reading import FREE, Read, Refused, check, read
from bot.dialogue.engine.sentences import Extra, Sentence
from bot.dialogue.engine.state import Pending, Source, State
from bot.dialogue.engine.turn import Certainty, Outcome, Purpose, Understood
from bot.dialogue.engine.walk import missing

MOST_SAID = 8
"""Rasa makes at most ten predictions a turn, of which the state and the end of the turn take two."""
CONTROLS = frozenset(control.value for control in Control)


def advance(state: State, understood: Understood, flows: CompiledFlows, now: datetime) -> Outcome:
    """What to say and do after one message or event, and the state from which the next one goes on.

    Pure and deterministic; `now` is aware and gives "wczoraj" its meaning. A message always has an answer:
    at least one sentence, or the act that makes a person answer. Events may end in silence.
    """
    draft = Draft(_fit(states.copy(state), flows), understood, flows, now)
    fallbacks, before = draft.state.fallbacks, draft.flow
    if understood.event is not None:
        take_event(draft, understood.event)
    else:
        _take_message(draft)
        if not draft.items:
            fall_back(draft)
        situations.warn_of_sensitive(draft, before)
        _introduce(draft)
        if draft.state.fallbacks == fallbacks or draft.state.handed:
            draft.state.fallbacks = 0  # understood: the next failure is a first one again
    return _close(draft)


def _introduce(draft: Draft) -> None:
    """Before the first answer of all: that an automaton answers, and that a person can be had."""
    if not draft.state.introduced and Extra.INTRODUCTION in draft.flows.responses:
        draft.lead_with(Extra.INTRODUCTION)
        draft.state.introduced = True


def _take_message(draft: Draft) -> None:
    state, understood = draft.state, draft.understood
    if state.handed and not (state.question and state.question.kind is Pending.SNIPPET):
        # The worker sends messages here only while the assistant has the conversation: it is ours again.
        state.handed = False
        state.question = state.question or standing_question(draft)
    if state.awaiting is not None:
        # The result never came, as after a crash: the act is asked for once more before anything else is.
        state.awaiting = None
        draft.say(Sentence.ACT_PENDING, Purpose.INFO)
        proceed(draft)
        return
    if understood.command is not None:
        _take_command(draft, understood.command)
        return
    if situations.take_attachments(draft):
        return
    if draft.state.question is not None and draft.state.question.kind is Pending.STEP and understood.attachments:
        questions.reply(draft)
        return
    if situations.take_odd_text(draft) or consent.withdraw(draft) or danger.hear(draft):
        return
    control = phrases.control_of(understood.text)
    unfinished = _comes_back_to(draft, control)
    if unfinished is not None:
        resume(draft, unfinished)
    elif _leaves_for_now(draft):
        steering.pause(draft)
    elif control is None or not steering.steer(draft, control):
        questions.reply(draft)


def _comes_back_to(draft: Draft, control: Control | None) -> str | None:
    """The flow that "wracam" or "możemy dokończyć" means: the one named, or the last put aside."""
    understood, suspended = draft.understood, [frame.flow for frame in draft.state.suspended]
    if draft.frame is not None or not (control is Control.BACK or leaving.resumes(understood.text)):
        return None
    named = draft.flows.triggered_by(understood.intent or "") if understood.sure else None
    if named is not None:
        return named.name if named.name in suspended else None
    return suspended[-1] if suspended else None


def _leaves_for_now(draft: Draft) -> bool:
    """ "dokończę później" in the middle of a flow, unless the question asked is answered by it."""
    step = draft.step
    if draft.frame is None or not leaving.says_later(draft.understood.text):
        return False
    told = is_collect(step) and step is not None and step.type not in FREE and read(draft, step)
    return not isinstance(told, Read)


def _take_command(draft: Draft, command: Mapping[str, Any]) -> None:
    """A tapped button: it means exactly one thing, unless what it belonged to is over."""
    kind = command.get("kind")
    if kind == "intent":
        _take_intent(draft, str(command.get("intent")))
    elif kind == "control":
        _take_control(draft, str(command.get("control")), command.get("slot"))
    elif kind == "answer":
        _take_answer(draft, str(command.get("slot")), command.get("value"))
    elif kind == "resume":
        resume(draft, str(command.get("flow")))
    else:
        _stale(draft)


def _take_intent(draft: Draft, intent: str) -> None:
    if intent in CONTROLS:
        _take_control(draft, intent, None)
        return
    draft.understood = replace(draft.understood, intent=intent)
    if not converse(draft, intent):
        _stale(draft)


def _take_control(draft: Draft, name: str, slot: Any) -> None:
    control = Control(name) if name in CONTROLS else None
    if control is None:
        _stale(draft)
    elif control is Control.CORRECT and slot:
        correcting.correct_slot(draft, str(slot))
    elif control is Control.CORRECT and draft.frame is not None:
        ask_which_field(draft)
    elif control in (Control.YES, Control.NO):
        _agree(draft, control is Control.YES)
    elif control is Control.DONE:
        _done(draft)
    elif not steering.steer(draft, control):
        _stale(draft)


def _done(draft: Draft) -> None:
    frame, step = draft.frame, draft.step
    if frame is None or step is None or step.type != "zdjecia":
        _stale(draft)
    elif frame.photos or step.optional:
        steering.leave_out(draft, frame, step)
        proceed(draft)
    else:
        refuse(draft, frame, step, Refused("no_value"))


def _agree(draft: Draft, agreed: bool) -> None:
    """Yes or no by button, to whatever question stands."""
    intent = (Control.YES if agreed else Control.NO).value
    # As if the pipeline had been sure: the reply to each kind of question then decides.
    draft.understood = replace(draft.understood, intent=intent, certainty=Certainty.YES, text="", entities=())
    step, question = draft.step, draft.state.question
    if question is not None and question.kind is Pending.STEP and step is not None and step.type == "tak_nie":
        _store(draft, step.slot, agreed)
    elif question is not None and question.kind is Pending.SUMMARY and not agreed:
        ask_which_field(draft)
    else:
        questions.reply(draft)


def _take_answer(draft: Draft, slot: str, value: Any) -> None:
    """An option's button: for the question asked it is the answer, for an earlier one a correction."""
    frame, flow = draft.frame, draft.flow
    step = flow.collect_of(slot) if flow else None
    if frame is None or step is None or (step.options and value not in step.options):
        _stale(draft)
    elif draft.step is step or (slot in frame.fields and draft.state.question is not None):
        _store(draft, slot, value)
    else:
        _stale(draft)


def _store(draft: Draft, slot: str, value: Any) -> None:
    flow, frame = draft.flow, draft.frame
    step = flow.collect_of(slot) if flow else None
    if frame is None or step is None:
        return
    found = check(draft, step, Read(value, Source.BUTTON))
    if isinstance(found, Read):
        answer(draft, step, found)
    else:
        refuse(draft, frame, step, found)


def _stale(draft: Draft) -> None:
    draft.say(Sentence.STALE_BUTTON, Purpose.INFO)
    ask_again(draft)


def _fit(state: State, flows: CompiledFlows) -> State:
    """The state under these flows: what a newer version of the content no longer has is left behind."""
    state.stack = [frame for frame in state.stack if frame.flow in flows.flows]
    state.suspended = [frame for frame in state.suspended if frame.flow in flows.flows]
    if state.question is not None and state.question.flow not in (None, *flows.flows):
        state.question = None
    if state.flows != flows.hash:
        _forget_unknown(state, flows)
        state.flows = flows.hash
    return state


def _forget_unknown(state: State, flows: CompiledFlows) -> None:
    for frame in (*state.stack, *state.suspended):
        flow = flows.flows[frame.flow]
        slots = {step.slot for step in flow.collects()}
        frame.fields = {slot: item for slot, item in frame.fields.items() if slot in slots}
        frame.done = [item for item in frame.done if item in flow.steps]
        if frame.step not in flow.steps:
            frame.step = flow.first if frame.step != END else END


def _close(draft: Draft) -> Outcome:
    state = draft.state
    for frame in (*state.stack, *state.suspended):
        frame.missing = missing(draft, frame)
    if draft.said:
        state.last_said = draft.said[-MOST_SAID:]
    state.at = draft.now.isoformat(timespec="seconds")
    return Outcome(state, tuple(_at_most(draft)))


def _at_most(draft: Draft) -> list[Any]:
    """The last items where there are more than a turn can carry: the question is among them."""
    return draft.items[-MOST_SAID:]
