"""What goes into a turn and what comes out of it; plain values, nothing of how they are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.dialogue.engine.state import State

Json = Mapping[str, Any]


class Certainty(str, Enum):
    """How far the intent may be trusted: acted on, asked about, or not used at all."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class Purpose(str, Enum):
    """What a sentence is for; the send policy and the console read it."""

    ANSWER = "answer"
    ASK = "ask"
    REJECT = "reject"
    EXPLAIN = "explain"
    SUMMARY = "summary"
    CONFIRM = "confirm"
    FALLBACK = "fallback"
    INFO = "info"


@dataclass(frozen=True)
class Entity:
    """A typed answer found in the message: `kind` is the answer type, `value` is normalised."""

    kind: str
    value: Any
    text: str = ""


@dataclass(frozen=True)
class Understood:
    """One message as the pipeline and the worker describe it.

    `ranking`: (intent, confidence), best first. `command`, `event`, `attachments`, `known`: as in the
    worker's metadata (see bot/rasa_parts/wire.py); a command wins over everything the pipeline thinks.
    """

    text: str = ""
    intent: str | None = None
    confidence: float = 0.0
    certainty: Certainty = Certainty.NO
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    command: Json | None = None
    event: Json | None = None
    attachments: tuple[Json, ...] = ()
    known: Json = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        return self.certainty is Certainty.YES


@dataclass(frozen=True)
class Option:
    """A quick reply made for this turn: the key of its title in the locale, or a title, and its command."""

    command: Json
    title_key: str = ""
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        title = {"title_key": self.title_key} if self.title_key else {"title": self.title}
        return {**title, "command": dict(self.command)}


@dataclass(frozen=True)
class Say:
    """One sentence to say, by the name of its text, with the typed values it may speak of.

    `lead`: the name of a text that stands before it in the same message.
    """

    say: str
    purpose: Purpose
    slots: Json = field(default_factory=dict)
    step: str | None = None
    options: tuple[Option, ...] = ()
    lead: str | None = None

    def to_json(self) -> dict[str, Any]:
        raw: dict[str, Any] = {
            "say": self.say,
            "slots": dict(self.slots),
            "purpose": self.purpose.value,
            "step": self.step,
        }
        if self.options:
            raw["options"] = [option.to_json() for option in self.options]
        if self.lead:
            raw["lead"] = self.lead
        return raw


@dataclass(frozen=True)
class Act:
    """One side effect to perform; with `awaits` the dialogue goes on when its result comes back."""

    act: str
    args: Json = field(default_factory=dict)
    awaits: bool = False

    def to_json(self) -> dict[str, Any]:
        raw: dict[str, Any] = {"act": self.act, "args": dict(self.args)}
        if self.awaits:
            raw["awaits"] = True
        return raw


@dataclass(frozen=True)
class Outcome:
    """The state after the turn, and what to say and do in this order."""

    state: State
    items: tuple[Say | Act, ...]

    @property
    def says(self) -> tuple[Say, ...]:
        return tuple(item for item in self.items if isinstance(item, Say))

    @property
    def acts(self) -> tuple[Act, ...]:
        return tuple(item for item in self.items if isinstance(item, Act))
