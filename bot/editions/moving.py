"""Whether a conversation in the middle of a flow can go on under other flows; a pure rule over the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.engine import state as states
from bot.dialogue.engine.model import END, CompiledFlows, Flow, StepKind
from bot.dialogue.engine.state import Frame


def breaks(old: CompiledFlows, new: CompiledFlows, snapshot: Mapping[str, Any] | None) -> bool:
    """Whether the change from `old` to `new` would take something from this conversation.

    True where a flow in progress is gone, an answer already given has no place or no longer fits, the step it stands
    at is gone, something already done would be done again, or a question would come after the matter was closed.
    """
    state = states.from_json(snapshot)
    return any(_breaks(old, new, frame) for frame in (*state.stack, *state.suspended))


def _breaks(old: CompiledFlows, new: CompiledFlows, frame: Frame) -> bool:
    before, after = old.flows.get(frame.flow), new.flows.get(frame.flow)
    if before is None:
        return False
    if after is None:
        return True
    return (
        _answers_lost(after, frame)
        or _done_again(before, after, frame)
        or (frame.step not in ("", END) and frame.step not in after.steps)
        or (_is_closed(before, frame) and _asks_more(before, after))
    )


def _answers_lost(after: Flow, frame: Frame) -> bool:
    for slot, field in frame.fields.items():
        step = after.collect_of(slot)
        if step is None or (step.options and str(field.value) not in step.options):
            return True
    return False


def _done_again(before: Flow, after: Flow, frame: Frame) -> bool:
    """A sentence or an act is known as done by its step's name: under another name it would come again."""
    for name in frame.done:
        there, here = before.steps.get(name), after.steps.get(name)
        if there is not None and (here is None or here.action != there.action):
            return True
    types = {step.slot: step.type for step in before.collects()}
    return any(step.type != types.get(step.slot, step.type) for step in after.collects() if step.slot in frame.fields)


def _is_closed(before: Flow, frame: Frame) -> bool:
    done = (before.steps[name] for name in frame.done if name in before.steps)
    return frame.confirmed or any(step.kind is StepKind.ACT for step in done)


def _asks_more(before: Flow, after: Flow) -> bool:
    known = {step.slot for step in before.collects()}
    return any(step.slot not in known for step in after.collects())
