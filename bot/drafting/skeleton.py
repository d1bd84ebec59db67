"""A new flow as an editor described it, in the three files it takes; writes nothing and checks nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.answers import Kind
from bot.drafting.fields import SENSITIVE, Field
from bot.language.declension import UninflectableError, decline
from bot.messenger.limits import QUICK_REPLY_TITLE

_CASES = {"M": "", "D": "gen", "C": "dat", "B": "acc", "N": "inst", "Ms": "loc"}
_PLAIN = re.compile(r"[^\W\d_][\w .()/-]*[\w.)]|[^\W\d_]")
_MEANS_SOMETHING = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


class Ending(StrEnum):
    """What happens when everything has been said."""

    CASE = "zaloz_sprawe"
    PERSON = "przekaz_konsultantowi"
    NOTHING = "nic"


@dataclass(frozen=True)
class Wish:
    """The six answers. `name`: as the flow is called, in the nominative; `farewell`: what is said at the end."""

    flow: str
    name: str
    department: str
    fields: Sequence[Field]
    ending: Ending
    farewell: str
    examples: Sequence[str]


@cache
def patterns() -> Mapping[str, Any]:
    """The sentences of wzory.yml."""
    found: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("wzory.yml").read_text(encoding="utf-8"))
    return found


def files(wish: Wish) -> dict[str, str]:
    """Path under the content's root → text, for flow, texts and examples."""
    return {
        f"flows/{wish.flow}.yml": _lines(_flow(wish)),
        f"locales/pl/{wish.flow}.yml": _lines(_texts(wish)),
        f"nlu_data/{wish.flow}.yml": _lines(_examples(wish)),
    }


def usual_farewell(ending: Ending) -> str:
    """What is said at the end unless the editor wants something else; empty where nothing is done."""
    return str(patterns()["zakonczenia"].get(ending.value, "")).replace("{{{{", "{{").replace("}}}}", "}}")


def in_case(phrase: str, case: str) -> str:
    """A noun phrase in one of the Polish cases; a part that the dictionary does not know stays as it is."""
    if not _CASES[case]:
        return phrase
    parts = phrase.split(" i ")
    return " i ".join(_declined(part, _CASES[case]) for part in parts)


def _declined(phrase: str, case: str) -> str:
    try:
        return decline(phrase, case)
    except UninflectableError:
        return phrase


def _flow(wish: Wish) -> Iterator[str]:
    yield _heading(wish, "sprawa")
    yield "flows:"
    yield f"  {wish.flow}:"
    yield f"    name: {_quoted(wish.name)}"
    yield f"    department: {wish.department}"
    yield f"    nlu_trigger: [{{intent: {wish.flow}}}]"
    yield "    steps:"
    for field in wish.fields:
        yield f"      - {_collect(field)}"
    if wish.ending is Ending.CASE:
        yield "      - summary: true"
        yield f"      - {{action: zaloz_sprawe, with: {{kind: {wish.flow}}}}}"
    yield f"      - action: {_farewell_name(wish)}"
    if wish.ending is Ending.PERSON:
        yield "      - {action: przekaz_konsultantowi, with: {reason: prosba}}"


def _collect(field: Field) -> str:
    words = [f"collect: {field.slot}", f"type: {field.kind}"]
    if field.options:
        words.append(f"options: [{', '.join(_option_names(field))}]")
    if field.optional:
        words.append("optional: true")
    if field.kind in SENSITIVE:
        words.append("sensitive: true")
    if field.known_from:
        words.append(f"known_from: {field.known_from}")
    return f"{{{', '.join(words)}}}"


def _texts(wish: Wish) -> Iterator[str]:
    new = [field for field in wish.fields if field.is_new]
    yield _heading(wish, "teksty")
    yield "responses:"
    for field in new:
        yield from _question(field)
    yield f"  {_farewell_name(wish)}:"
    yield f"    - text: {json.dumps(wish.farewell, ensure_ascii=False)}"
    if new:
        yield "fields:"
        yield from (f"  {field.slot}: {_forms_of(field)}" for field in new)
    if any(field.options for field in new):
        yield "options:"
        for field in (one for one in new if one.options):
            yield f"  {field.slot}:"
            yield from _options(field)
    forms = ", ".join(f"{case}: {_quoted(in_case(wish.name, case))}" for case in _CASES)
    yield f"flow_names: {{{wish.flow}: {{{forms}}}}}"
    yield f"intent_titles: {{{wish.flow}: {_quoted(_short(wish.name))}}}"


def _question(field: Field) -> Iterator[str]:
    wanted = patterns()["pytania"].get(field.kind.value, patterns()["pytania_inne"])
    text = wanted.format(biernik=in_case(field.label, "B"), label=field.label, Label=_capital(field.label))
    yield f"  utter_ask_{field.slot}:"
    yield f"    - text: {json.dumps(text, ensure_ascii=False)}"
    buttons = list(_buttons(field))
    if buttons:
        yield "      buttons:"
        yield from (
            f"        - {{title: {_quoted(title)}, payload: {_wrapped(payload)}}}" for title, payload in buttons
        )


def _buttons(field: Field) -> Iterator[tuple[str, str]]:
    words = patterns()["przyciski"]
    if field.kind is Kind.TAK_NIE:
        yield words["tak"], "/potwierdzenie"
        yield words["nie"], "/zaprzeczenie"
    for name, option in zip(_option_names(field), field.options, strict=True):
        yield _short(option), f"/answer{json.dumps({'slot': field.slot, 'value': name}, separators=(',', ':'))}"
    if field.optional:
        yield words["pomin"], "/pomin"


def _options(field: Field) -> Iterator[str]:
    for name, option in zip(_option_names(field), field.options, strict=True):
        yield f"    {name}: {{label: {_quoted(option)}, button: {_quoted(_short(option))}, slowa: [{_quoted(option)}]}}"


def _option_names(field: Field) -> list[str]:
    from bot.drafting.fields import plain_name

    return [plain_name(option) for option in field.options]


def _forms_of(field: Field) -> str:
    label = _quoted(field.label)
    forms = f"dopelniacz: {_quoted(in_case(field.label, 'D'))}, biernik: {_quoted(in_case(field.label, 'B'))}"
    return f"{{label: {label}, {forms}, przycisk: {_quoted(_short(field.label))}}}"


def _examples(wish: Wish) -> Iterator[str]:
    yield _heading(wish, "przyklady")
    yield 'version: "3.1"'
    yield "nlu:"
    yield f"- intent: {wish.flow}"
    yield "  examples: |"
    yield from (f"    - {example}" for example in wish.examples)


def _farewell_name(wish: Wish) -> str:
    return f"utter_{wish.flow}_koniec"


def _heading(wish: Wish, which: str) -> str:
    return str(patterns()["naglowki"][which]).format(Mianownik=_capital(wish.name))


def _short(words: str) -> str:
    """As many whole words as a button holds."""
    short = _capital(words)
    while len(short) > QUICK_REPLY_TITLE and " " in short:
        short = short.rpartition(" ")[0]
    return short[:QUICK_REPLY_TITLE]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _quoted(words: str) -> str:
    plain = _PLAIN.fullmatch(words) and words.lower() not in _MEANS_SOMETHING
    return words if plain else json.dumps(words, ensure_ascii=False)


def _wrapped(payload: str) -> str:
    return f"'{payload}'" if '"' in payload else f'"{payload}"'


def _lines(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"
