"""The form of the dialogues beside the flows, and that they wait for texts and acts that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.located import Located, read_located
from bot.dialogue.engine.acts import ACTS

FOLDER = "flows/dialogi"
_SPEAKS = frozenset({"says", "taps", "sends", "event"})
_TURN = _SPEAKS | {"gets", "later", "intent"}
_FORM = "Wzór: - title: …, pod nim turns:, a w nim - says: … i gets: [utter_…]."


def check_dialogues(content: Content) -> list[Fault]:
    """Faults of every file in flows/dialogi."""
    faults: list[Fault] = []
    for path in sorted((content.root / FOLDER).glob("*.yml")):
        file, document = path.relative_to(content.root).as_posix(), read_located(path)
        faults += [Fault(file, item.line, item.what, item.remedy) for item in document.problems]
        if document.content is not None:
            faults += [Fault(file, line, what, remedy) for line, what, remedy in _of_file(document, content)]
    return faults


def _of_file(document: Located, content: Content) -> Iterator[tuple[int, str, str]]:
    if not isinstance(document.content, list):
        yield 1, "plik nie jest listą rozmów.", _FORM
        return
    for index, dialogue in enumerate(document.content):
        turns = dialogue.get("turns") if isinstance(dialogue, Mapping) else None
        if not isinstance(turns, list) or not turns or not dialogue.get("title"):
            yield document.line_of((index,)), "ta rozmowa nie ma tytułu albo przebiegu.", _FORM
            continue
        for number, turn in enumerate(turns):
            line = document.line_of((index, "turns", number))
            yield from ((line, what, remedy) for what, remedy in _of_turn(turn, content))


def _of_turn(turn: Any, content: Content) -> Iterator[tuple[str, str]]:
    if not isinstance(turn, Mapping) or len(_SPEAKS & set(turn)) != 1 or set(turn) - _TURN:
        yield "nie wiadomo, kto tu co mówi.", f"Jedno ze słów: {', '.join(sorted(_SPEAKS))}; obok gets, intent i later."
        return
    gets = turn.get("gets", [])
    for name in gets if isinstance(gets, list) else [gets]:
        if name not in content.locale.responses and name not in ACTS:
            yield f"rozmowa czeka na „{name}”, a nie ma takiego tekstu ani czynności.", "Popraw nazwę po gets."
