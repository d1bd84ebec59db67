"""Walking a flow from its beginning to the first thing left to do; knows nothing of messages.

A walk is repeated from the start in every turn: steps already done are passed over. A corrected answer that
changes a branch thereby leads to the questions of the new branch, and to none of the old.
"""

from __future__ import annotations

from typing import Any

from bot.dialogue.engine.acts import ACTS, HANDOFFS, ActKind
from bot.dialogue.engine.conditions import evaluate, slots_of
from bot.dialogue.engine.draft import Draft
from bot.dialogue.engine.model import END, Flow, Step, StepKind
from bot.dialogue.engine.state import Frame
from bot.dialogue.engine.turn import Purpose

_MOST_STEPS = 500
"""More steps in one walk than any flow has: a loop without a question, which the compiler refuses too."""


def walk(draft: Draft, frame: Frame) -> Step | None:
    """Carries out what can be done without the customer; the step to stop at, or None at the end.

    Stops at: a collect without value, an unconfirmed summary, an act whose result is awaited or that hands
    the conversation over (both are emitted here), a link.
    """
    flow = draft.flows.flows[frame.flow]
    trail: list[str] = []
    at = flow.first
    for _ in range(_MOST_STEPS):
        step = flow.steps.get(at)
        if step is None:
            frame.step = END
            return None
        if at in trail:
            _reopen(frame, flow, trail[trail.index(at) :])
            trail = trail[: trail.index(at)]
        trail.append(at)
        frame.step = at
        if _stops(draft, frame, step):
            _forget_unsaid(draft, frame, trail)
            return step
        at = next_of(draft, frame, step)
    raise RecursionError(f"flow {flow.name} goes round without a question")


def _forget_unsaid(draft: Draft, frame: Frame, trail: list[str]) -> None:
    """Sentences of a branch that a correction has left: if it is taken again, they are to be said again."""
    flow = draft.flows.flows[frame.flow]
    ahead, todo = set(trail), [trail[-1]]
    while todo:
        step = flow.steps.get(todo.pop())
        ways = [branch.to for branch in step.next if branch.to not in ahead] if step else []
        ahead.update(ways)
        todo += ways
    frame.done = [item for item in frame.done if item in ahead or flow.steps[item].kind is not StepKind.SAY]


def next_of(draft: Draft, frame: Frame, step: Step) -> str:
    """Id of the step after `step` under the values of now; END where no branch fits."""
    scope = draft.scope(frame)
    for branch in step.next:
        if branch.condition is None or evaluate(branch.condition, scope):
            return branch.to
    return END


def path(draft: Draft, frame: Frame) -> list[Step]:
    """The steps from the start to where the frame stands, without doing anything."""
    flow = draft.flows.flows[frame.flow]
    passed: list[Step] = []
    at = flow.first
    while at in flow.steps and flow.steps[at] not in passed:
        passed.append(flow.steps[at])
        if at == frame.step:
            break
        at = next_of(draft, frame, flow.steps[at])
    return passed


def is_over(draft: Draft, frame: Frame) -> bool:
    """Whether nothing of the flow is left to do."""
    flow = draft.flows.flows[frame.flow]
    at = flow.first
    for _ in range(_MOST_STEPS):
        step = flow.steps.get(at)
        if step is None:
            return True
        if not _is_behind(frame, step):
            return False
        at = next_of(draft, frame, step)
    return False


def _is_behind(frame: Frame, step: Step) -> bool:
    if step.kind is StepKind.COLLECT:
        return is_answered(frame, step)
    if step.kind is StepKind.SUMMARY:
        return frame.confirmed
    return step.kind is StepKind.ONWARD or step.id in frame.done


def missing(draft: Draft, frame: Frame) -> list[str]:
    """Required slots without value on the way that the flow would take from here, as far as it can be told."""
    return _missing_from(draft, frame, frame.step, frozenset())


def _missing_from(draft: Draft, frame: Frame, at: str, seen: frozenset[str]) -> list[str]:
    step = draft.flows.flows[frame.flow].steps.get(at)
    if step is None or at in seen:
        return []
    seen |= {at}
    if step.kind is not StepKind.COLLECT or is_answered(frame, step):
        return _missing_from(draft, frame, next_of(draft, frame, step), seen)
    # Which way its answer will lead nobody knows: what is certainly missing is what the shortest way asks.
    ways = dict.fromkeys(branch.to for branch in step.next) or {END: None}
    rest = min((_missing_from(draft, frame, to, seen) for to in _decided(draft, frame, step, list(ways))), key=len)
    return rest if step.optional else [step.slot, *rest]


def _decided(draft: Draft, frame: Frame, step: Step, ways: list[str]) -> list[str]:
    """Of the ways out of an unanswered step, those that its own answer may still choose; END is none of them."""
    asks_itself = any(branch.condition and step.slot in slots_of(branch.condition) for branch in step.next)
    if not asks_itself:
        return [next_of(draft, frame, step)]
    flow = draft.flows.flows[frame.flow]
    return [to for to in ways if not _leads_away(flow, to)] or ways


def _leads_away(flow: Flow, at: str) -> bool:
    """Whether `at` begins a branch that ends with a person, as an accident with people hurt does."""
    for _ in range(_MOST_STEPS):
        step = flow.steps.get(at)
        if step is None or step.kind is StepKind.COLLECT:
            return False
        if step.action in HANDOFFS:
            return True
        at = step.next[0].to if step.next else END
    return False


def is_answered(frame: Frame, step: Step) -> bool:
    return step.slot in frame.fields or step.slot in frame.skipped


def reopen_after(draft: Draft, frame: Frame, slot: str) -> None:
    """Forgets what was done after the answer to `slot`, which is about to change.

    Lookups after it are made again; what was said, and acts that changed something outside, stay done.
    """
    frame.confirmed = False
    passed = path(draft, frame)
    ids = [step.id for step in passed]
    start = next((index for index, step in enumerate(passed) if step.slot == slot), None)
    if start is not None:
        _undo(frame, ids[start:], draft.flows.flows[frame.flow])


def can_go_back_to(draft: Draft, frame: Frame, slot: str) -> bool:
    """Whether no irrevocable act stands between the answer to `slot` and now."""
    flow = draft.flows.flows[frame.flow]
    order = list(flow.steps)
    step = flow.collect_of(slot)
    if step is None:
        return False
    irrevocable = (flow.steps[done] for done in frame.done if done in flow.steps)
    return not any(
        item.kind is StepKind.ACT
        and not ACTS.get(item.action, ActKind()).lookup
        and item.action not in HANDOFFS
        and order.index(item.id) > order.index(step.id)
        for item in irrevocable
    )


def _stops(draft: Draft, frame: Frame, step: Step) -> bool:
    if step.kind is StepKind.COLLECT:
        return not is_answered(frame, step)
    if step.kind is StepKind.SUMMARY:
        return not frame.confirmed
    if step.id in frame.done:
        return False
    if step.kind is StepKind.ACT:
        return _act(draft, frame, step)
    if step.kind is StepKind.LINK:
        return True
    if step.kind is StepKind.SAY:
        draft.say(step.action, Purpose.INFO, step=None)
    if step.kind is StepKind.SET:
        _assign(draft, frame, step)
    if step.kind is not StepKind.ONWARD:
        frame.done.append(step.id)
    return False


def _act(draft: Draft, frame: Frame, step: Step) -> bool:
    """Emits the act; whether the walk must wait here, for its result or for the agent."""
    kind = ACTS.get(step.action, ActKind())
    draft.act(step.action, act_args(draft, frame, step, kind))
    if kind.awaits:
        draft.state.awaiting = step.action
        return True
    frame.done.append(step.id)
    return step.action in HANDOFFS


def act_args(draft: Draft, frame: Frame, step: Step, kind: ActKind) -> dict[str, Any]:
    """The step's `with` (slots.x evaluated), then the act's own arguments from slots of the same name."""
    scope, slots = draft.scope(frame), frame.slots()
    flow = draft.flows.flows[frame.flow]
    args = {name: slots[name] for name in kind.args if slots.get(name) is not None}
    args.update({"flow": flow.name})
    if "department" in kind.args and flow.department:
        args["department"] = flow.department
    args.update({name: given(value, scope) for name, value in step.args.items()})
    if kind.fields:
        args["fields"] = {slot: item.value for slot, item in frame.fields.items()}
    return args


def given(value: Any, scope: Any) -> Any:
    """A value as written in a flow: text that speaks of slots is computed, everything else is itself."""
    return evaluate(value, scope) if isinstance(value, str) and "slots." in value else value


def _assign(draft: Draft, frame: Frame, step: Step) -> None:
    scope = draft.scope(frame)
    for slot, value in step.assignments.items():
        frame.fields.pop(slot, None)
        if slot in frame.skipped:
            frame.skipped.remove(slot)
        frame.locals[slot] = given(value, scope)


def _reopen(frame: Frame, flow: Flow, ids: list[str]) -> None:
    """The flow itself jumped back: what lies on the way again is asked and done again."""
    first = flow.steps[ids[0]]
    if first.kind is StepKind.COLLECT:
        frame.fields.pop(first.slot, None)
    if first.slot in frame.skipped:
        frame.skipped.remove(first.slot)
    frame.confirmed = frame.confirmed and not any(flow.steps[item].kind is StepKind.SUMMARY for item in ids)
    frame.done = [item for item in frame.done if item not in ids]


def _undo(frame: Frame, ids: list[str], flow: Flow) -> None:
    for item in ids:
        step = flow.steps[item]
        kind = ACTS.get(step.action, ActKind())
        if item in frame.done and step.kind is StepKind.ACT and (kind.lookup or step.action in HANDOFFS):
            frame.done.remove(item)
            for slot in kind.results:
                frame.locals.pop(slot, None)
