"""Flow files read, held against the schema and put into the engine's form; every fault found is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.located import Located, Path_, read_located
from bot.dialogue.compiler.normal import normal_steps

SCHEMA = Path(__file__).resolve().parents[3] / "flows" / "schema.json"


@dataclass
class FlowSource:
    """A flow as written, with its place: `raw` is the YAML mapping, `steps` its normal form (see normal.py)."""

    name: str
    raw: Mapping[str, Any]
    file: str
    document: Located
    steps: list[dict[str, Any]]

    @property
    def path(self) -> Path_:
        return ("flows", self.name)

    def line(self, *inside: str | int) -> int:
        return self.document.line_of((*self.path, *inside))

    def step_line(self, step: Mapping[str, Any]) -> int:
        return self.line("steps", *step["at"])

    def written(self, step: Mapping[str, Any]) -> Mapping[str, Any]:
        """The step of the file from which this one of the normal form was made."""
        found: Any = self.raw["steps"]
        for key in step["at"]:
            found = found[key]
        return _mapping(found)

    def triggers(self) -> list[str]:
        return [str(item["intent"]) for item in self.raw.get("nlu_trigger") or []]


@dataclass
class Flows:
    """Every flow that could be read, the names of those that could not, and what is wrong with the files."""

    flows: dict[str, FlowSource] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


@cache
def schema() -> Mapping[str, Any]:
    """flows/schema.json, the same that editors' tools use."""
    found: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def load_flows(folder: Path) -> Flows:
    """The flows of `folder`/*.yml. Nothing raises for what an editor wrote: faults are collected, all of them."""
    found = Flows()
    for path in sorted(folder.glob("*.yml")):
        _read(path, folder.parent, found)
    return found


def _read(path: Path, root: Path, found: Flows) -> None:
    file = path.relative_to(root).as_posix()
    document = read_located(path)
    found.faults += [Fault(file, item.line, item.what, item.remedy) for item in document.problems]
    if document.problems and document.content is None:
        return
    errors = list(_validator().iter_errors(document.content))
    found.faults += [_schema_fault(error, document, file) for error in errors]
    broken = {str(error.absolute_path[1]) for error in errors if len(error.absolute_path) > 1}
    flows = document.content.get("flows") if isinstance(document.content, Mapping) else None
    for name, raw in flows.items() if isinstance(flows, Mapping) else ():
        if name in broken:
            found.broken.add(name)
        elif isinstance(raw, Mapping):
            _add(found, FlowSource(name, raw, file, document, normal_steps(raw.get("steps") or [])))


def _add(found: Flows, flow: FlowSource) -> None:
    other = found.flows.get(flow.name)
    if other is None:
        found.flows[flow.name] = flow
        return
    remedy = "Zmień nazwę jednej z nich albo połącz oba pliki."
    found.faults += [
        Fault(here.file, here.line(), f"sprawa „{here.name}” jest też w {there.file}:{there.line()}.", remedy)
        for here, there in ((flow, other), (other, flow))
    ]


def _schema_fault(error: jsonschema.ValidationError, document: Located, file: str) -> Fault:
    deepest = _deepest(error)
    path = (*deepest.absolute_path, *_unknown_words(deepest)[:1])
    return Fault(file, document.line_of(path), *_in_words(deepest))


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


def _unknown_words(error: jsonschema.ValidationError) -> list[str]:
    if error.validator != "additionalProperties" or not isinstance(error.schema, Mapping):
        return []
    return sorted(set(_mapping(error.instance)) - set(error.schema.get("properties", {})))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Of a choice between forms, the fault in the form that the editor chose; the choice itself if they chose none."""
    while error.context:
        chosen = [item for item in error.context if not _is_another_form(item, error)]
        forms = {item.schema_path[0] for item in chosen}
        if len(forms) != 1:
            return error
        error = max(chosen, key=lambda item: len(item.absolute_path))
    return error


def _is_another_form(item: jsonschema.ValidationError, choice: jsonschema.ValidationError) -> bool:
    """Whether the form that `item` fails is ruled out at once: another type, or its leading word is missing."""
    form = item.schema_path[0]
    return any(
        other.schema_path[0] == form
        and other.absolute_path == choice.absolute_path
        and (other.validator == "type" or (other.validator == "required" and _lacks_lead(other)))
        for other in choice.context
    )


def _lacks_lead(error: jsonschema.ValidationError) -> bool:
    leads = {"collect", "action", "link", "set_slots", "summary", "if", "else"}
    wanted, given = set(_listed(error.validator_value)), set(_mapping(error.instance))
    lead = wanted & leads or wanted
    return not lead & given or bool(wanted == {"id", "next"} and leads & given)


def _listed(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _in_words(error: jsonschema.ValidationError) -> tuple[str, str]:
    """A schema fault as an editor understands it: what is wrong, what to do."""
    kind, wanted = error.validator, _listed(error.validator_value)
    if kind == "additionalProperties":
        known = sorted(_mapping(_mapping(error.schema).get("properties")))
        return f"nieznane słowo: {', '.join(_unknown_words(error))}.", f"Tu mogą stać: {', '.join(known)}."
    if kind == "required":
        lacking = [name for name in wanted if name not in _mapping(error.instance)]
        return f"brakuje: {', '.join(lacking)}.", "Dopisz to z wartością."
    if kind == "enum":
        return f"„{error.instance}” tu nie pasuje.", f"Wybierz jedno z: {', '.join(wanted)}."
    if kind == "type":
        return "to nie ta postać wartości.", f"Tu ma być {_TYPES.get(str(error.validator_value), 'inna wartość')}."
    if kind == "pattern":
        return f"nazwa „{error.instance}” ma niedozwolone znaki.", "Użyj małych liter bez ogonków, cyfr i „_”."
    if kind == "oneOf" and isinstance(error.instance, Mapping):
        words = "collect, action, link, set_slots, summary"
        return "nie wiadomo, co ten krok ma zrobić.", f"Zacznij go od jednego ze słów: {words}."
    if kind == "minItems":
        return "lista jest pusta.", "Dopisz co najmniej jedną pozycję."
    return "ten wpis nie pasuje do formatu.", "Porównaj go z przykładem w docs/redakcja.md."


_TYPES = {
    "object": "zestaw par „nazwa: wartość”",
    "array": "lista, każda pozycja od „- ”",
    "string": "tekst",
    "boolean": "true albo false",
}
