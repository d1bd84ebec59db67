"""Plays the conversations of the folder rozmowy: real sentences in, real sentences out, as each of four people.

`python -m tests.content.speaking` writes anew what is got, for an editor to read through after a change of texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.branches import Branches
from bot.dialogue.engine.state import State
from bot.dialogue.engine.turn import Act, Outcome
from bot.dialogue.rendering import Listener, Part, Renderer, load_texts
from bot.dialogue.saying import say_from_wire
from bot.language import Address
from tests.dialogue.engine.playing import ROOT, Player, compiled

FOLDER = Path(__file__).with_name("rozmowy")
PEOPLE = {
    "pan": Listener(Address.PAN, "Tomasz"),
    "pani": Listener(Address.PANI, "Anna"),
    "panstwo": Listener(Address.PANSTWO),
    "ty": Listener(Address.TY_F, "Anna"),
}
# What the company's systems answer to an act, where a conversation does not say otherwise.
RESULTS: dict[str, Mapping[str, Any]] = {
    "zaloz_sprawe": {"nr_szkody": "SK/2026/000123", "nr_sprawy": "R/2026/000045", "termin": "2026-12-21"},
    "zaplanuj_telefon": {"nr_sprawy": "K/2026/000007", "termin_kontaktu": "2026-11-23T17:00:00+01:00"},
    "sprawdz_szkode": {"znaleziono": True, "tozsamosc_do_sprawdzenia": True, "nr_szkody": "SK/2026/004500"},
    "sprawdz_tozsamosc": {
        "potwierdzona": True,
        "stan_szkody": "ogledziny",
        "termin": "2026-11-24",
        "brakuje_dokumentow": [],
        "proby": 1,
    },
    "usun_dane": {"kod_potwierdzenia": "7F3A22D9"},
}
_MOST_ACTS = 6

Turn = dict[str, Any]
Line = str | dict[str, str]


@cache
def renderer() -> Renderer:
    return Renderer(load_texts(ROOT))


@cache
def branches() -> Branches:
    return Branches()


@dataclass
class Talk:
    """One person's conversation: the engine's player with what is said put into words, and buttons to tap."""

    listener: Listener
    player: Player
    buttons: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    turn: int = 0

    def take(self, turn: Turn) -> list[str]:
        """The lines that answer `turn`: sentences with their buttons in brackets, acts in parentheses."""
        if "later" in turn:
            self.player.later(**turn["later"])
        self._put_in(turn)
        lines = self._lines(self.player.last)
        for _ in range(_MOST_ACTS):
            act = self.player.state.awaiting
            if act is None or "fault" in turn:
                break
            self.player.event(kind="result", act=act, slots=self._result(turn, act))
            lines += self._lines(self.player.last)
        if "fault" in turn:
            self.player.event(kind="result", act=self.player.state.awaiting, error=turn["fault"])
            lines += self._lines(self.player.last)
        self.turn += 1
        return lines

    def _put_in(self, turn: Turn) -> None:
        if "says" in turn:
            given: dict[str, Any] = {key: turn[key] for key in ("intent", "certainty") if key in turn}
            if "ranking" in turn:
                given["ranking"] = tuple((intent, 0.3) for intent in turn["ranking"])
            self.player.says(turn["says"], **given)
        elif "taps" in turn:
            self.player.taps_command(self.buttons[turn["taps"]])
        elif "sends" in turn:
            where = {key: turn[key] for key in ("lat", "long") if key in turn}
            self.player.sends(*turn["sends"], **where)
        else:
            self.player.event(**turn["event"])

    def _result(self, turn: Turn, act: str) -> Mapping[str, Any]:
        if act in turn.get("result", {}):
            found: Mapping[str, Any] = turn["result"][act]
            return found
        if act == "znajdz_placowki":
            made = self.player.last.acts[-1] if self.player.last else Act(act)
            return {"placowki": branches().nearest(made.args)}
        return RESULTS[act]

    def _lines(self, outcome: Outcome | None) -> list[str]:
        lines: list[str] = []
        for item in outcome.items if outcome else ():
            if isinstance(item, Act):
                self.heard.add(item.act)
                lines.append(f"({item.act}{_told(item)})")
            else:
                self.heard.add(item.say)
                parts = renderer().render(say_from_wire(item.to_json()), self._now())
                lines += [self._line(part) for part in parts]
        return lines

    def _now(self) -> Listener:
        return Listener(self.listener.address, self.listener.first_name, self.turn)

    def _line(self, part: Part) -> str:
        titles = [str(reply["title"]) for reply in part.body.get("quick_replies", ())]
        if titles:
            self.buttons = {title: part.commands[reply["payload"]] for title, reply in _replies(part)}
        return part.text + "".join(f" [{title}]" for title in titles)


def _replies(part: Part) -> list[tuple[str, Mapping[str, Any]]]:
    return [(str(reply["title"]), reply) for reply in part.body["quick_replies"]]


def _told(act: Act) -> str:
    reason = act.args.get("reason")
    return f": {reason}" if reason else ""


def conversations() -> dict[Path, list[dict[str, Any]]]:
    """Every file of the folder with its conversations."""
    return {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}


def talk_with(person: str, conversation: Mapping[str, Any]) -> Talk:
    """Somebody who has written before, unless the conversation says that it is the first."""
    before = State(introduced=not conversation.get("pierwsza"))
    return Talk(PEOPLE[person], Player(flows=compiled(ROOT), known=conversation.get("known") or {}, state=before))


def said_to(line: Line, person: str) -> str:
    """A line of `gets` as it is for `person`: most are the same for all."""
    if isinstance(line, str):
        return line
    return line["formalnie"] if "formalnie" in line and person != "ty" else line[person]


def write() -> None:
    """Puts into each file what everybody gets now; the lines that begin it are kept."""
    for path, found in conversations().items():
        for conversation in found:
            _note(conversation)
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        text = yaml.dump(found, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000)
        text = text.replace("\n- rozmowa:", "\n\n- rozmowa:")
        path.write_text("\n".join([*kept, "", text]), encoding="utf-8")


def _note(conversation: dict[str, Any]) -> None:
    talks = {person: talk_with(person, conversation) for person in PEOPLE}
    for turn in conversation["turns"]:
        turn["gets"] = _together({person: talk.take(turn) for person, talk in talks.items()})


def _together(got: Mapping[str, Sequence[str]]) -> list[Line]:
    return [_line_for_all(dict(zip(got, line, strict=True))) for line in zip(*got.values(), strict=True)]


def _line_for_all(line: dict[str, str]) -> Line:
    """As short as it can be read: once for all, once for the three formal ones, or for each."""
    formal = [said for person, said in line.items() if person != "ty"]
    if len(set(line.values())) == 1:
        return formal[0]
    return {"formalnie": formal[0], "ty": line["ty"]} if len(set(formal)) == 1 else line


class _Writer(yaml.SafeDumper):
    """YAML as people write it: lists indented, many lines as many lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _text)

if __name__ == "__main__":
    write()
