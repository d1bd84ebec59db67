"""Plays dialogues with the engine: says on one side, names of sentences and acts on the other; no Rasa, no texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.answers import find_answers
from bot.dialogue.compiler.content import read_content
from bot.dialogue.compiler.project import flows_json
from bot.dialogue.engine import state as states
from bot.dialogue.engine.advance import advance
from bot.dialogue.engine.model import CompiledFlows, from_json
from bot.dialogue.engine.state import State
from bot.dialogue.engine.turn import Certainty, Entity, Outcome, Say, Understood

ROOT = Path(__file__).resolve().parents[3]
TRIAL = ROOT / "tests" / "dialogue" / "content"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
KINDS_IN_PASSING = frozenset(
    [
        "data",
        "godzina",
        "telefon",
        "pesel",
        "nr_konta",
        "nr_rejestracyjny",
        "nr_polisy",
        "kwota",
        "email",
        "kod_pocztowy",
        "lokalizacja",
    ]
)


@cache
def compiled(root: Path = TRIAL) -> CompiledFlows:
    """The flows of a content folder, as a model would carry them."""
    return from_json(flows_json(read_content(root), "trial"))


@dataclass
class Player:
    """One customer's conversation; its state goes through JSON at every turn, as it does in production."""

    flows: CompiledFlows = field(default_factory=compiled)
    intents: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = NOON
    state: State = field(default_factory=State)
    last: Outcome | None = None

    def says(self, text: str, intent: str | None = None, certainty: str = "yes", **rest: Any) -> list[str]:
        """What the customer writes; the intent is given, or looked up in `intents`, or not understood."""
        found = intent or self.intents.get(text)
        entities = tuple(
            Entity(str(item.kind), _json(item.value), text[item.start : item.end])
            for item in find_answers(text, self.now)
        )
        given = {
            "text": text,
            "intent": found,
            "confidence": 0.9 if found else 0.1,
            "certainty": Certainty(certainty) if found else Certainty.NO,
            "ranking": ((found, 0.9),) if found else (),
            "entities": tuple(item for item in entities if item.kind in KINDS_IN_PASSING),
        }
        return self._turn(Understood(**{**given, "known": self.known, **rest}))

    def taps(self, **command: Any) -> list[str]:
        kind = next(word for word in ("intent", "control", "slot", "flow") if word in command)
        named = {"slot": "answer", "flow": "resume"}.get(kind, kind)
        return self._turn(Understood(text="przycisk", command={"kind": named, **command}, known=self.known))

    def taps_command(self, command: Mapping[str, Any]) -> list[str]:
        """A button whose meaning is known, as the worker has looked it up."""
        return self._turn(Understood(text="przycisk", command=command, known=self.known))

    def sends(self, *types: str, text: str = "[zalacznik]", **rest: Any) -> list[str]:
        """Attachments of these types, with ids that differ."""
        number = len(self.state.last_said) + sum(len(frame.photos) for frame in self.state.stack)
        attachments = tuple(
            {"type": kind, "id": f"{kind}-{number}-{index}", **rest} for index, kind in enumerate(types)
        )
        return self._turn(Understood(text=text, attachments=attachments, known=self.known))

    def event(self, **event: Any) -> list[str]:
        return self._turn(Understood(text="/zdarzenie", intent="zdarzenie", event=event, known=self.known))

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    @property
    def fields(self) -> dict[str, Any]:
        frame = self.state.top
        return {slot: item.value for slot, item in frame.fields.items()} if frame else {}

    @property
    def asked(self) -> str | None:
        """The slot of the pending question."""
        return self.state.question.slot if self.state.question else None

    def _turn(self, understood: Understood) -> list[str]:
        outcome = advance(self.state, understood, self.flows, self.now)
        self.state = states.from_json(states.to_json(outcome.state))
        assert self.state == outcome.state, "a state survives being stored"
        self.last = outcome
        return names(outcome)


def names(outcome: Outcome) -> list[str]:
    return [item.say if isinstance(item, Say) else item.act for item in outcome.items]


def _json(value: Any) -> Any:
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def play(turns: Sequence[Mapping[str, Any]], player: Player) -> None:
    """Plays a says/gets script; `gets` is exactly what comes, in this order."""
    for number, turn in enumerate(turns, 1):
        where = f"turn {number}: {turn}"
        if "later" in turn:
            player.later(**turn["later"])
        got = _one(turn, player)
        if "gets" in turn:
            assert got == list(turn["gets"]), where
        if "asks" in turn:
            assert player.asked == turn["asks"], where
        for slot, value in turn.get("fields", {}).items():
            assert player.fields.get(slot) == value, where
        if "act" in turn:
            acts = player.last.acts if player.last else ()
            wanted = [(act.act, {name: act.args.get(name) for name in turn["act"]["args"]}) for act in acts]
            assert (turn["act"]["name"], turn["act"]["args"]) in wanted, where
        if "options" in turn:
            offered = (
                [dict(option.command) for say in player.last.says for option in say.options] if player.last else []
            )
            assert offered == list(turn["options"]), where


def _one(turn: Mapping[str, Any], player: Player) -> list[str] | None:
    if "says" in turn:
        extra = {key: turn[key] for key in ("intent", "certainty") if key in turn}
        if "ranking" in turn:
            extra["ranking"] = tuple((item, 0.3) for item in turn["ranking"])
        return player.says(turn["says"], **extra)
    if "taps" in turn:
        return player.taps(**turn["taps"])
    if "sends" in turn:
        extra = {key: turn[key] for key in ("lat", "long", "text") if key in turn}
        return player.sends(*turn["sends"], **extra)
    return player.event(**turn["event"]) if "event" in turn else None
