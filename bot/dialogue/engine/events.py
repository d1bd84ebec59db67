"""Events that no customer wrote: an act's result, an agent's correction, the conversation given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.engine import steering
from bot.dialogue.engine.acts import ACTS, ActKind, HandoffReason
from bot.dialogue.engine.asking import ask_again, ask_snippet, proceed
from bot.dialogue.engine.conversing import still_here
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.filling import put
from bot.dialogue.engine.sentences import Sentence
from bot.dialogue.engine.state import Pending, Question, Source
from bot.dialogue.engine.turn import Purpose
from bot.dialogue.engine.walk import is_over, missing


def take_event(draft: Draft, event: Mapping[str, Any]) -> None:
    """Takes one event of the worker's; one of an unknown kind changes nothing."""
    action = _EVENTS.get(str(event.get("kind")))
    if action is not None:
        action(draft, event)


def _result(draft: Draft, event: Mapping[str, Any]) -> None:
    """The act is done: its results become slots and the flow goes on. A result nobody waits for is late."""
    frame, step = draft.frame, draft.step
    if frame is None or step is None or draft.state.awaiting is None or event.get("act") != draft.state.awaiting:
        return
    draft.state.awaiting = None
    if event.get("error"):
        kind = ACTS.get(str(event.get("act")), ActKind())
        draft.say(Sentence.LOOKUP_FAILED if kind.lookup else Sentence.ACT_FAILED, Purpose.INFO)
        steering.person(draft, HandoffReason.FAULT)
        return
    frame.locals.update(event.get("slots") or {})
    frame.done.append(step.id)
    for name in {step.id, step.action}:
        frame.counts[name] = frame.counts.get(name, 0) + 1
    proceed(draft)


def _handback(draft: Draft, event: Mapping[str, Any]) -> None:
    """An agent gives the conversation back: take what they corrected, say what is known, ask what is not."""
    state = draft.state
    state.handed, state.fallbacks, state.frustrations, state.awaiting = False, 0, 0, None
    for slot, value in (event.get("edits") or {}).items():
        edit(draft, slot, value)
    frame = draft.frame
    if frame is None or is_over(draft, frame):
        if frame is not None:
            state.stack.remove(frame)
        draft.say(Sentence.HANDBACK, Purpose.INFO)
        proceed(draft, again=True)
        return
    frame.rejected = 0
    rows = {"wiersze": draft.rows(frame), "brakuje": missing(draft, frame)}
    draft.say(Sentence.HANDBACK_RECAP, Purpose.INFO, slots=rows)
    if state.question is not None and state.question.kind is Pending.SNIPPET:
        state.question = None
    ask_again(draft)


def _edit(draft: Draft, event: Mapping[str, Any]) -> None:
    edit(draft, str(event.get("slot")), event.get("value"))


def edit(draft: Draft, slot: str, value: Any) -> None:
    """An agent's value for a slot of the open flow; None takes the answer away, so that it is asked again."""
    frame, flow = draft.frame, draft.flow
    if frame is None or flow is None or flow.collect_of(slot) is None:
        return
    if value is None:
        frame.fields.pop(slot, None)
        frame.confirmed = False
    else:
        put(draft, frame, slot, value, Source.AGENT)


def _nudge(draft: Draft, event: Mapping[str, Any]) -> None:
    if not still_here(draft):
        draft.say(Sentence.GREETING, Purpose.INFO)


def _snippet(draft: Draft, event: Mapping[str, Any]) -> None:
    slot = str(event.get("slot"))
    draft.state.question = Question(Pending.SNIPPET, slot)
    ask_snippet(draft, slot)


_EVENTS: dict[str, Callable[[Draft, Mapping[str, Any]], None]] = {
    "result": _result,
    "handback": _handback,
    "edit": _edit,
    "nudge": _nudge,
    "snippet": _snippet,
}
