"""A turn in the making: the state being changed and the items gathered; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.dialogue.engine.acts import ACTS, HANDOFFS, ActKind
from bot.dialogue.engine.conditions import Scope
from bot.dialogue.engine.model import CompiledFlows, Flow, Step, StepKind
from bot.dialogue.engine.sentences import IN_FLOW
from bot.dialogue.engine.state import Field, Frame, Question, Source, State
from bot.dialogue.engine.turn import Act, Option, Purpose, Say, Understood

_MASK_KEPT = 4


@dataclass
class Draft:
    """The state of this turn (a copy of its own), what came in, and what will go out."""

    state: State
    understood: Understood
    flows: CompiledFlows
    now: datetime
    items: list[Say | Act] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def frame(self) -> Frame | None:
        return self.state.top

    @property
    def flow(self) -> Flow | None:
        return self.flows.flows[self.frame.flow] if self.frame else None

    @property
    def step(self) -> Step | None:
        """The step at which the topmost flow stands."""
        flow, frame = self.flow, self.frame
        return flow.steps.get(frame.step) if flow and frame else None

    def scope(self, frame: Frame) -> Scope:
        return Scope(frame.slots(), self.now, frame.counts)

    def field(self, value: Any, source: Source, raw: str | None = None) -> Field:
        return Field(value, source, raw, self.now.isoformat(timespec="seconds"))

    def say(
        self,
        name: str,
        purpose: Purpose,
        slots: Mapping[str, Any] | None = None,
        step: str | None = None,
        options: tuple[Option, ...] = (),
    ) -> None:
        """Adds a sentence; it carries the topmost flow's values and what `slots` adds."""
        own = dict(slots or {})
        self.items.append(Say(str(name), purpose, {**self.values(), **own}, step, options))
        # Only what is this sentence's own: the rest is the state's, and is taken from there if it is repeated.
        self.said.append(Say(str(name), purpose, own, step, options).to_json())

    def say_first(self, name: str) -> None:
        """Puts `name` before everything else that is said, and out of reach of "powtórz"."""
        self.items.insert(0, Say(str(name), Purpose.INFO, self.values()))

    def lead_with(self, name: str) -> None:
        """Puts `name` before the turn's first sentence, into its message; alone where nothing else is said."""
        first = next((n for n, item in enumerate(self.items) if isinstance(item, Say)), None)
        if first is None:
            self.say_first(name)
        else:
            said = self.items[first]
            assert isinstance(said, Say)
            self.items[first] = replace(said, lead=str(name))

    def say_in_place(self, name: str, purpose: Purpose) -> None:
        """Says `name`, in the variant for the middle of a flow where there is one and a flow is open."""
        variant = f"{name}{IN_FLOW}"
        self.say(variant if self.frame and variant in self.flows.responses else name, purpose)

    def ask(self, question: Question, name: str, purpose: Purpose = Purpose.ASK, **rest: Any) -> None:
        """Says `name` as the one question that the turn ends with."""
        self.say(name, purpose, **rest)
        self.state.question = question

    def act(self, name: str, args: Mapping[str, Any]) -> None:
        kind = ACTS.get(name, ActKind())
        self.items.append(Act(name, args, kind.awaits))
        if name in HANDOFFS:
            self.state.handed = True

    def first_of(self, *names: str) -> str | None:
        """The first of `names` that the locale has a text for."""
        return next((name for name in names if name in self.flows.responses), None)

    def values(self) -> dict[str, Any]:
        """The topmost flow's values for a text; sensitive ones only by their last digits."""
        frame, flow = self.frame, self.flow
        if frame is None or flow is None:
            return {}
        values = {slot: shown(value, flow.collect_of(slot)) for slot, value in frame.slots().items()}
        # Texts may ask `{% if rola == 'oc' %}` before the role is known, so every name of the flow is there.
        return {**dict.fromkeys(flow.names()), **values, "flow": flow.name, "department": flow.department}

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """The lines of a summary, in the order of the flow; the language room puts them into words."""
        steps = self.flows.flows[frame.flow].collects()
        return [_row(step, frame.fields[step.slot]) for step in steps if step.slot in frame.fields]


def shown(value: Any, step: Step | None) -> Any:
    """`value` as it may leave the engine: a sensitive one keeps its last four characters."""
    if step is None or not step.sensitive or value is None:
        return value
    text = str(value)
    return "•" * max(len(text) - _MASK_KEPT, 0) + text[-_MASK_KEPT:]


def _row(step: Step, item: Field) -> dict[str, Any]:
    return {
        "slot": step.slot,
        "type": step.type,
        "value": shown(item.value, step),
        "sensitive": step.sensitive,
        "source": item.source.value,
    }


def is_collect(step: Step | None) -> bool:
    return step is not None and step.kind is StepKind.COLLECT
