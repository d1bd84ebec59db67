"""The editors' three folders, read once for all checks and for the build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowfiles import Flows, load_flows
from bot.dialogue.compiler.localefiles import LocaleNames, read_locale
from bot.dialogue.compiler.located import read_located

NLU_FOLDER = "nlu_data"
NLU_SETTINGS = "config.yml"
_EXAMPLE = re.compile(r"^\s*-\s+(.*\S)\s*$")


@dataclass(frozen=True)
class Example:
    """One example sentence with its place."""

    intent: str
    text: str
    file: str
    line: int


@dataclass
class NluNames:
    """Intents with the place of each block of examples, and every example."""

    places: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def intents(self) -> list[str]:
        return sorted(self.places)


@dataclass(frozen=True)
class Content:
    """What the editors wrote: flows, names of texts, examples."""

    root: Path
    flows: Flows
    locale: LocaleNames
    nlu: NluNames


def read_content(root: Path) -> Content:
    """The content under `root`; faults of reading are inside, nothing raises for what stands in a file."""
    return Content(root, load_flows(root / "flows"), read_locale(root), read_nlu(root))


def nlu_files(root: Path) -> list[Path]:
    """Files with examples; the settings of the pipeline stand beside them."""
    return [path for path in sorted((root / NLU_FOLDER).glob("*.yml")) if path.name != NLU_SETTINGS]


def read_nlu(root: Path) -> NluNames:
    """Intents and examples of nlu_data, in Rasa's format."""
    names = NluNames()
    for path in nlu_files(root):
        _read(path, path.relative_to(root).as_posix(), names)
    return names


def _read(path: Path, file: str, names: NluNames) -> None:
    document = read_located(path)
    names.faults += [Fault(file, item.line, item.what, item.remedy) for item in document.problems]
    if document.content is None:
        return
    blocks = document.content.get("nlu") if isinstance(document.content, Mapping) else None
    if not isinstance(blocks, list):
        names.faults.append(Fault(file, 1, "plik nie ma listy „nlu:”.", _BLOCK))
        return
    for index, block in enumerate(blocks):
        line = document.line_of(("nlu", index))
        if not isinstance(block, Mapping) or not isinstance(block.get("intent"), str):
            names.faults.append(Fault(file, line, "ten blok nie mówi, czyje to przykłady.", _BLOCK))
            continue
        unknown = sorted(set(block) - {"intent", "examples"})
        if unknown:
            remedy = "Tu mogą stać: intent, examples."
            names.faults.append(Fault(file, line, f"nieznane słowo: {', '.join(unknown)}.", remedy))
        names.places.setdefault(block["intent"], []).append((file, line))
        _read_rows(block, file, document.line_of(("nlu", index, "examples")) + 1, names)


_BLOCK = "Wzór: - intent: nazwa, w następnym wierszu examples: |, a pod nim wiersze od „- ”."


def _read_rows(block: Mapping[str, Any], file: str, first: int, names: NluNames) -> None:
    for line, row in enumerate(str(block.get("examples") or "").splitlines(), first):
        found = _EXAMPLE.match(row)
        if found:
            names.examples.append(Example(block["intent"], found.group(1), file, line))
        elif row.strip():
            names.faults.append(Fault(file, line, "ten wiersz nie jest przykładem.", "Zacznij go od „- ”."))
