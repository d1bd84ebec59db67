"""Compiled flows as the engine reads them; knows nothing of YAML, of Rasa or of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.dialogue.engine.acts import ACTS

END = "END"
FORMAT = 1


class StepKind(str, Enum):
    """What a step does when the walk reaches it."""

    COLLECT = "collect"  # asks for a slot
    SAY = "say"  # one sentence
    ACT = "act"  # a side effect, performed outside
    SET = "set_slots"
    SUMMARY = "summary"
    LINK = "link"
    ONWARD = "onward"  # only branches


@dataclass(frozen=True)
class Branch:
    """One way out of a step: `condition` None means "else"; `to` is a step id or END."""

    to: str
    condition: str | None = None


@dataclass(frozen=True)
class FlowRejection:
    """A flow's own reason to refuse an otherwise well-formed answer."""

    condition: str
    utter: str


@dataclass(frozen=True)
class Step:
    """One step; fields that its kind has no use for stay at their defaults.

    `pattern`: how a text's value looks inside a sentence, as a regular expression; it is then found there.
    `told`: option, or "tak" and "nie", → regular expression over folded words that says it in so many words.
    `careful`: a no must be said in so many words, because a wrong one could cost a life.
    `told_address`: a place with a house's number, told in passing, is the answer.
    `is_consent`: its yes is a consent; `consent`: the slot of the one without which this may not be asked or kept.
    """

    id: str
    kind: StepKind
    next: tuple[Branch, ...]
    slot: str = ""
    type: str = "tekst"
    options: tuple[str, ...] = ()
    optional: bool = False
    sensitive: bool = False
    persisted: bool = False
    ask_before_filling: bool = False
    from_opening: bool = False
    told: Mapping[str, str] = field(default_factory=dict)
    told_address: bool = False
    careful: bool = False
    known_from: str | None = None
    pattern: str | None = None
    utter: str | None = None
    rejections: tuple[FlowRejection, ...] = ()
    action: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    flow: str = ""
    assignments: Mapping[str, Any] = field(default_factory=dict)
    is_consent: bool = False
    consent: str | None = None


@dataclass(frozen=True)
class Flow:
    """A flow with its steps in the order of the file; `first` is where a walk begins."""

    name: str
    department: str
    triggers: tuple[str, ...]
    steps: Mapping[str, Step]

    @property
    def first(self) -> str:
        return next(iter(self.steps), END)

    def collects(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps.values() if step.kind is StepKind.COLLECT)

    def names(self) -> tuple[str, ...]:
        """Every slot that the flow asks for, sets, or gets from an act."""
        asked = [step.slot for step in self.collects()]
        given = [slot for step in self.steps.values() for slot in step.assignments]
        brought = [slot for step in self.steps.values() if step.action in ACTS for slot in ACTS[step.action].results]
        return (*asked, *given, *brought)

    def collect_of(self, slot: str) -> Step | None:
        return next((step for step in self.collects() if step.slot == slot), None)


@dataclass(frozen=True)
class CompiledFlows:
    """All flows of one model with the names its texts have.

    `responses`: names of existing texts; `buttoned`: those that bring their own buttons. `labels`: slot → what
    people call it. `options`: slot → option → other ways to say it.
    """

    hash: str
    flows: Mapping[str, Flow]
    responses: frozenset[str] = frozenset()
    buttoned: frozenset[str] = frozenset()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    intents: frozenset[str] = frozenset()

    def triggered_by(self, intent: str) -> Flow | None:
        return next((flow for flow in self.flows.values() if intent in flow.triggers), None)


def from_json(raw: Mapping[str, Any]) -> CompiledFlows:
    """Compiled flows out of flows.json; KeyError or ValueError where it is not of this format."""
    if raw["v"] != FORMAT:
        raise ValueError(f"flows.json has format {raw['v']!r}, this engine reads {FORMAT}")
    return CompiledFlows(
        hash=raw["hash"],
        flows={name: _flow(name, flow) for name, flow in raw["flows"].items()},
        responses=frozenset(raw["responses"]),
        buttoned=frozenset(raw["buttoned"]),
        labels={slot: tuple(words) for slot, words in raw["labels"].items()},
        options={
            slot: {option: tuple(words) for option, words in options.items()}
            for slot, options in raw["options"].items()
        },
        intents=frozenset(raw["intents"]),
    )


def _flow(name: str, raw: Mapping[str, Any]) -> Flow:
    steps = {step["id"]: _step(step) for step in raw["steps"]}
    return Flow(name, raw.get("department", ""), tuple(raw.get("triggers", ())), steps)


def _step(raw: Mapping[str, Any]) -> Step:
    plain = {key: value for key, value in raw.items() if key not in ("kind", "next", "options", "rejections")}
    return Step(
        kind=StepKind(raw["kind"]),
        next=tuple(Branch(branch["to"], branch.get("if")) for branch in raw["next"]),
        options=tuple(raw.get("options", ())),
        rejections=tuple(FlowRejection(item["if"], item["utter"]) for item in raw.get("rejections", ())),
        **plain,
    )
