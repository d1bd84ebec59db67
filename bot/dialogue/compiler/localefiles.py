"""The names that the locale files define, with their places; never the wording, which is the language room's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.located import read_located

LOCALE = Path("locales") / "pl"


@dataclass
class LocaleNames:
    """`responses`: name → variants. `places`: name → (file, line). `sections`: the tables beside the responses.

    `entries`: (section, name) → (file, line) of each entry of those tables.
    """

    responses: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def section(self, name: str) -> dict[str, Any]:
        return self.sections.get(name, {})

    def buttoned(self) -> list[str]:
        """Responses that bring their own buttons in every variant."""
        return sorted(
            name for name, variants in self.responses.items() if variants and all(v.get("buttons") for v in variants)
        )

    def labels(self) -> dict[str, list[str]]:
        """What people may call each field: every form that the editors wrote down."""
        return {slot: _words(entry) for slot, entry in self.section("fields").items()}

    def options(self) -> dict[str, dict[str, list[str]]]:
        """Slot → option → its label first, then the other ways to say it."""
        return {
            slot: {str(option): _words(entry) for option, entry in options.items()}
            for slot, options in self.section("options").items()
            if isinstance(options, Mapping)
        }


def read_locale(root: Path) -> LocaleNames:
    """Everything that the files of locales/pl name; a name that two of them define is a fault of both."""
    names = LocaleNames()
    for path in sorted((root / LOCALE).glob("*.yml")):
        _read(root, path, names)
    return names


def _read(root: Path, path: Path, names: LocaleNames) -> None:
    file = path.relative_to(root).as_posix()
    located = read_located(path)
    names.faults += [Fault(file, item.line, item.what, item.remedy) for item in located.problems]
    if not isinstance(located.content, Mapping):
        return
    for name, variants in (located.content.get("responses") or {}).items():
        _add_response(names, name, variants, file, located.line_of(("responses", name)))
    for section, entries in located.content.items():
        if section != "responses" and isinstance(entries, Mapping):
            for name in entries:
                _note_entry(names, section, name, file, located.line_of((section, name)))
            names.sections.setdefault(section, {}).update(entries)


def _note_entry(names: LocaleNames, section: str, name: str, file: str, line: int) -> None:
    """An entry that two files define would be the later file's; both editors must hear of it."""
    other, other_line = names.entries.setdefault((section, name), (file, line))
    if (other, other_line) != (file, line):
        remedy = f"Zostaw „{name}” w jednym z tych plików."
        what = "pozycja „{0}” w sekcji {1} jest też w {2}:{3}."
        names.faults.append(Fault(file, line, what.format(name, section, other, other_line), remedy))
        names.faults.append(Fault(other, other_line, what.format(name, section, file, line), remedy))


def _add_response(names: LocaleNames, name: str, variants: Any, file: str, line: int) -> None:
    if name in names.places:
        other, other_line = names.places[name]
        remedy = "Zostaw go w jednym z tych plików."
        names.faults.append(Fault(file, line, f"tekst „{name}” jest też w {other}:{other_line}.", remedy))
        names.faults.append(Fault(other, other_line, f"tekst „{name}” jest też w {file}:{line}.", remedy))
        return
    if not isinstance(variants, list) or not all(isinstance(item, Mapping) for item in variants) or not variants:
        what = f"tekst „{name}” nie ma ani jednej wersji."
        names.faults.append(Fault(file, line, what, 'Dopisz pod nim wiersz: - text: "…".'))
        return
    names.places[name] = (file, line)
    names.responses[name] = variants


def _words(entry: Any) -> list[str]:
    if not isinstance(entry, Mapping):
        return [str(entry)]
    words: list[str] = []
    for value in entry.values():
        words += [str(item) for item in value] if isinstance(value, list) else [str(value)]
    first = str(entry.get("label", words[0] if words else ""))
    return list(dict.fromkeys([first, *words]))
