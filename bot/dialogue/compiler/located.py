"""YAML read with the line of every value; knows nothing of what the file is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
# libyaml, ten times as fast; what it refuses is read again by the other, which tells where the fault is.
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """A line that is not YAML, or a key that stands twice."""

    line: int
    what: str
    remedy: str


@dataclass
class Located:
    """A document with its lines: `line_of(("flows", "x", "steps", 0))` counts from 1."""

    content: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path_) -> int:
        """The line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_located(path: Path) -> Located:
    """The document in `path`; what cannot be read is among `problems`, and then `content` may be None."""
    text = path.read_text(encoding="utf-8")
    try:
        found = _read(_Fast(text))
    except yaml.YAMLError:
        return _read(yaml.SafeLoader(text))
    return _read(yaml.SafeLoader(text)) if found.problems else found


def _read(loader: yaml.SafeLoader) -> Located:
    found = Located()
    try:
        node = loader.get_single_node()
        if node is not None:
            found.content = _value(loader, node, (), found)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found.problems.append(_unreadable(error, mark.line + 1 if mark else 1))
    finally:
        loader.dispose()
    return found


def _unreadable(error: yaml.MarkedYAMLError, line: int) -> Problem:
    if "\\t" in str(error.problem):
        return Problem(line, "wiersz jest wcięty tabulatorem.", "Zamień tabulatory na spacje.")
    return Problem(
        line,
        "tego pliku nie da się odczytać od tego miejsca.",
        "Sprawdź wcięcia, myślniki i cudzysłowy w tym wierszu i w poprzednim; tekst z dwukropkiem ujmij w cudzysłów.",
    )


def _value(loader: yaml.SafeLoader, node: yaml.Node, path: Path_, found: Located) -> Any:
    found.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, found)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, index), found) for index, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, path: Path_, found: Located) -> Mapping[str, Any]:
    loader.flatten_mapping(node)
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        # A bare yes, no or null as a key is a word to an editor, not a truth value.
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in values:
            found.problems.append(
                Problem(line, f"„{key}” stoi tu drugi raz.", "Zostaw jedno z nich; drugie zasłoniłoby pierwsze.")
            )
        values[key] = _value(loader, value_node, (*path, key), found)
        found.lines[(*path, key)] = line
    return values
