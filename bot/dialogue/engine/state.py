"""Where a conversation stands, and its JSON snapshot; knows nothing of what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

FORMAT = 1


class Source(str, Enum):
    """Where a value comes from; the handoff card shows it."""

    SAID = "said"
    CRM = "crm"
    GUESSED = "guessed"  # read out of a sentence that was not its answer
    AGENT = "agent"
    BUTTON = "button"


class Pending(str, Enum):
    """The kind of the one question that the customer has before them."""

    STEP = "step"  # the collect step at which the flow stands
    KNOWN = "known"  # is this value, which the company knows, the right one?
    SUMMARY = "summary"
    WHICH_FIELD = "which_field"
    CANCEL = "cancel"
    RESUME = "resume"
    PERSON = "person"  # would you rather have a person?
    CHOICE = "choice"  # which of these did you mean?
    SNIPPET = "snippet"  # one question asked for an agent


@dataclass(frozen=True)
class Field:
    """A value of a slot with its origin: `raw` is what the customer wrote, `at` an ISO time."""

    value: Any
    source: Source
    raw: str | None
    at: str


@dataclass(frozen=True)
class Question:
    """The pending question; `slot` and `flow` where its kind is about one."""

    kind: Pending
    slot: str | None = None
    flow: str | None = None


@dataclass
class Frame:
    """A flow in progress. `step` is where it stands; it is found anew by every walk.

    `skipped`: slots left out on the customer's word. `declined`: slots whose known value was refused.
    `done`: ids of sentences and acts already carried out. `history`: slots in the order of their answers.
    `locals`: results of acts and values the flow set. `counts`: how often each act has run, by step and by act.
    `photos`: attachments of a photo step that the customer has not yet called complete.
    `paused`: put aside by who said to be back, not by who gave it up.
    `streets`: places told without their town, by slot, while the town is asked for.
    """

    flow: str
    step: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    rejected: int = 0
    missing: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    locals: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    streets: dict[str, str] = field(default_factory=dict)
    confirmed: bool = False
    paused: bool = False

    def slots(self) -> dict[str, Any]:
        """Every value by slot name, answers before results of the same name."""
        return {**self.locals, **{slot: item.value for slot, item in self.fields.items()}}


@dataclass
class State:
    """The whole conversation.

    `handed`: a person has it. `awaiting`: the act whose result is due. `at`: time of the last turn (ISO).
    `photos`, `place`: what was sent before any flow wanted it. `last_said`: the sentences of the last turn.
    `introduced`: the customer has been told that an automaton answers and what becomes of their data.
    `consents`: slots of consents given in flows that are over, so that they can still be withdrawn.
    """

    flows: str = ""
    stack: list[Frame] = field(default_factory=list)
    suspended: list[Frame] = field(default_factory=list)
    question: Question | None = None
    fallbacks: int = 0
    frustrations: int = 0
    awaiting: str | None = None
    handed: bool = False
    at: str | None = None
    last_said: list[dict[str, Any]] = field(default_factory=list)
    remembered: dict[str, Field] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    place: str | None = None
    introduced: bool = False
    consents: list[str] = field(default_factory=list)

    @property
    def top(self) -> Frame | None:
        return self.stack[-1] if self.stack else None


def to_json(state: State) -> dict[str, Any]:
    """The snapshot that the worker stores and the card is drawn from; plain JSON."""
    return {
        "v": FORMAT,
        "flows": state.flows,
        "stack": [_frame_json(frame) for frame in state.stack],
        "suspended": [_frame_json(frame) for frame in state.suspended],
        "question": _question_json(state.question),
        "fallbacks": state.fallbacks,
        "frustrations": state.frustrations,
        "awaiting": state.awaiting,
        "handed": state.handed,
        "at": state.at,
        "last_said": state.last_said,
        "remembered": _fields_json(state.remembered),
        "photos": state.photos,
        "place": state.place,
        "introduced": state.introduced,
        "consents": state.consents,
    }


def from_json(raw: Mapping[str, Any] | None) -> State:
    """A state of its own out of a snapshot; one of another format or damaged gives an empty state.

    A conversation must go on whatever stood in the store, so nothing here raises.
    """
    if not raw or raw.get("v") != FORMAT:
        return State()
    try:
        return _state(raw)
    except (KeyError, TypeError, ValueError, AttributeError):
        return State()


def copy(state: State) -> State:
    """An independent copy; the immutable fields are shared."""
    return replace(
        state,
        stack=[_copy_frame(frame) for frame in state.stack],
        suspended=[_copy_frame(frame) for frame in state.suspended],
        last_said=list(state.last_said),
        remembered=dict(state.remembered),
        photos=list(state.photos),
        consents=list(state.consents),
    )


def _copy_frame(frame: Frame) -> Frame:
    return replace(
        frame,
        fields=dict(frame.fields),
        missing=list(frame.missing),
        skipped=list(frame.skipped),
        declined=list(frame.declined),
        done=list(frame.done),
        history=list(frame.history),
        locals=dict(frame.locals),
        counts=dict(frame.counts),
        photos=list(frame.photos),
        streets=dict(frame.streets),
    )


def _state(raw: Mapping[str, Any]) -> State:
    return State(
        flows=raw["flows"],
        stack=[_frame(frame) for frame in raw["stack"]],
        suspended=[_frame(frame) for frame in raw["suspended"]],
        question=_question(raw["question"]),
        fallbacks=int(raw["fallbacks"]),
        frustrations=int(raw["frustrations"]),
        awaiting=raw["awaiting"],
        handed=bool(raw["handed"]),
        at=raw["at"],
        last_said=list(raw["last_said"]),
        remembered=_fields(raw["remembered"]),
        photos=list(raw["photos"]),
        # Snapshots of older releases lack these three; whoever has one has talked to us before.
        place=raw.get("place"),
        introduced=bool(raw.get("introduced", True)),
        consents=list(raw.get("consents") or ()),
    )


def _frame_json(frame: Frame) -> dict[str, Any]:
    return {**vars(frame), "fields": _fields_json(frame.fields)}


def _frame(raw: Mapping[str, Any]) -> Frame:
    known = {name: raw[name] for name in Frame.__dataclass_fields__ if name in raw and name != "fields"}
    return _copy_frame(Frame(**{**known, "fields": _fields(raw["fields"])}))


def _fields_json(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {slot: {**vars(item), "source": item.source.value} for slot, item in fields.items()}


def _fields(raw: Mapping[str, Any]) -> dict[str, Field]:
    return {
        slot: Field(item["value"], Source(item["source"]), item.get("raw"), item.get("at", ""))
        for slot, item in raw.items()
    }


def _question_json(question: Question | None) -> dict[str, Any] | None:
    return None if question is None else {**vars(question), "kind": question.kind.value}


def _question(raw: Mapping[str, Any] | None) -> Question | None:
    return None if raw is None else Question(Pending(raw["kind"]), raw.get("slot"), raw.get("flow"))
