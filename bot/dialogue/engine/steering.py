"""What can be said at every step: back, skip, cancel, repeat, "jak to?", a person; knows no texts."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue.engine import correcting
from bot.dialogue.engine.acts import HANDOFF, HandoffReason
from bot.dialogue.engine.asking import ask_again, ask_whether_to_cancel, proceed
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import fill, reopen, skip
from bot.dialogue.engine.model import Step, StepKind
from bot.dialogue.engine.phrases import Control
from bot.dialogue.engine.sentences import Extra, Sentence
from bot.dialogue.engine.state import Frame, Pending, Question, Source
from bot.dialogue.engine.turn import Option, Purpose
from bot.dialogue.engine.walk import can_go_back_to, missing

_MOST_SUSPENDED = 3
_SIDE_QUESTIONS = (Pending.WHICH_FIELD, Pending.CANCEL, Pending.PERSON, Pending.CHOICE)


def steer(draft: Draft, control: Control) -> bool:
    """Does what `control` asks for; False for those that only answer a question (yes, no, done)."""
    action = _ACTIONS.get(control)
    if action is None:
        return False
    action(draft)
    return True


def back(draft: Draft) -> None:
    """To the question before; from a side question, to the one that it interrupted."""
    frame, question = draft.frame, draft.state.question
    if frame is None:
        _nothing_open(draft)
    elif question is not None and question.kind in _SIDE_QUESTIONS:
        proceed(draft, again=True)
    else:
        _reopen_last(draft, frame)


def skip_step(draft: Draft) -> None:
    """Leaves an optional question out; at a photo step with photos it means that these are all."""
    frame, step = draft.frame, draft.step
    if frame is None:
        _nothing_open(draft)
    elif step is None or not _asks_step(draft) or not (step.optional or frame.photos):
        draft.say(Sentence.CANNOT_SKIP, Purpose.EXPLAIN)
        ask_again(draft)
    else:
        leave_out(draft, frame, step)
        proceed(draft)


def leave_out(draft: Draft, frame: Frame, step: Step) -> None:
    """Skips `step` and says so, or closes the photos collected."""
    if step.type == "zdjecia" and frame.photos:
        finish_photos(draft, frame, step)
        return
    skip(frame, step.slot)
    draft.say(Sentence.SKIPPED, Purpose.INFO)


def finish_photos(draft: Draft, frame: Frame, step: Step) -> None:
    fill(draft, frame, step.slot, list(frame.photos), Source.SAID)
    frame.photos = []


def cancel(draft: Draft) -> None:
    """Asks whether the flow is really to be left; said again at that question, it is a yes."""
    frame, question = draft.frame, draft.state.question
    if frame is None:
        draft.say(Sentence.NOTHING_TO_CANCEL, Purpose.INFO)
        draft.state.question = None
    elif question is not None and question.kind is Pending.CANCEL:
        leave_flow(draft)
    else:
        question = Question(Pending.CANCEL, flow=frame.flow)
        ask_whether_to_cancel(draft, question)


def leave_flow(draft: Draft) -> None:
    """Puts the topmost flow aside, to be offered again, and goes on with the one below."""
    frame = draft.frame
    draft.say(Sentence.CANCELLED, Purpose.INFO, slots={"wiersze": draft.rows(frame) if frame else []})
    suspend_top(draft)
    below = draft.frame
    if below is not None:
        draft.say(Sentence.RETURN_TO, Purpose.INFO, slots={"flow": below.flow})
    proceed(draft, again=True)


def suspend_top(draft: Draft) -> None:
    """The topmost flow leaves the stack with all its answers; of one flow only the latest is kept."""
    frame = draft.state.stack.pop()
    kept = [item for item in draft.state.suspended if item.flow != frame.flow]
    draft.state.suspended = [*kept, frame][-_MOST_SUSPENDED:]
    draft.state.question = None


def pause(draft: Draft) -> None:
    """Everything open is put aside as it is: the customer said when they will be back, or goodbye."""
    frame, state = draft.frame, draft.state
    if frame is None:
        return
    name = draft.first_of(Extra.PAUSED) or Sentence.RESUME_DECLINED
    draft.say(name, Purpose.INFO, slots={"flow": frame.flow, "wiersze": draft.rows(frame)})
    for item in state.stack:
        item.paused = True
    open_flows = [item.flow for item in state.stack]
    kept = [item for item in state.suspended if item.flow not in open_flows]
    state.suspended, state.stack, state.question = [*kept, *state.stack][-_MOST_SUSPENDED:], [], None


def repeat(draft: Draft) -> None:
    """Says the last turn's sentences again, with today's values, and the question with them."""
    said = draft.state.last_said
    if not said:
        draft.say(Sentence.NOTHING_TO_REPEAT, Purpose.INFO)
        return
    for item in said:
        options = tuple(
            Option(option["command"], option.get("title_key", ""), option.get("title", ""))
            for option in item.get("options", ())
        )
        draft.say(item["say"], Purpose(item["purpose"]), item["slots"], item["step"], options)


def explain(draft: Draft) -> None:
    """Why the question is asked and how to answer it."""
    frame, step = draft.frame, draft.step
    if frame is None:
        draft.say_in_place(Sentence.HELP, Purpose.INFO)
        return
    draft.say(explanation(draft, step) or Sentence.EXPLAIN, Purpose.EXPLAIN)
    ask_again(draft)


def explanation(draft: Draft, step: Step | None) -> str | None:
    """The step's own explanation, if the locale has one."""
    return draft.first_of(f"utter_explain_{step.slot}") if step is not None and step.slot else None


def person(draft: Draft, reason: HandoffReason = HandoffReason.ASKED) -> None:
    """Hands the conversation over; the pending question stays, for when it comes back."""
    args: dict[str, object] = {"reason": reason.value}
    if draft.flow is not None:
        args.update({"flow": draft.flow.name, "department": draft.flow.department})
    draft.act(HANDOFF, args)


def recap(draft: Draft) -> None:
    """What is recorded so far, then the question again."""
    frame = draft.frame
    if frame is None:
        _nothing_open(draft)
        return
    name = draft.first_of("utter_podsumowanie")
    if name and draft.state.question is not None and draft.state.question.kind is not Pending.SUMMARY:
        rows = {"wiersze": draft.rows(frame), "brakuje": missing(draft, frame)}
        draft.say(name, Purpose.INFO, slots=rows)
    ask_again(draft)


def _nothing_open(draft: Draft) -> None:
    draft.say(Sentence.NOTHING_IN_PROGRESS, Purpose.INFO)
    draft.state.question = None


def _asks_step(draft: Draft) -> bool:
    step = draft.step
    return step is not None and step.kind is StepKind.COLLECT


def _reopen_last(draft: Draft, frame: Frame) -> None:
    slot = next((item for item in reversed(frame.history) if can_go_back_to(draft, frame, item)), None)
    if slot is None:
        draft.say(Sentence.BACK_AT_START, Purpose.INFO)
        ask_again(draft)
        return
    frame.history = frame.history[: frame.history.index(slot)]
    reopen(draft, frame, slot)
    proceed(draft, again=True)


def correct(draft: Draft) -> None:
    """ "popraw": what, and to what, as far as the message says."""
    if draft.frame is None:
        _nothing_open(draft)
    else:
        correcting.correct(draft)


_ACTIONS: dict[Control, Callable[[Draft], None]] = {
    Control.BACK: back,
    Control.SKIP: skip_step,
    Control.CANCEL: cancel,
    Control.CORRECT: correct,
    Control.REPEAT: repeat,
    Control.EXPLAIN: explain,
    Control.PERSON: person,
    Control.RECAP: recap,
}
