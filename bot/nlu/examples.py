"""Reads labelled messages from a Rasa NLU file or a table of two columns; knows nothing of models."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ContentFault

_HEADERS = {"text", "tekst"}


@dataclass(frozen=True)
class Example:
    """A message and the intent that a person gave it."""

    text: str
    intent: str


def read_examples(path: Path) -> list[Example]:
    """The examples of `path`: Rasa NLU YAML (.yml, .yaml), or a table (else): a line a message, with
    its intent before or behind it, split by a tab.

    Raises ContentFault naming the file, and the line where there is one.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentFault(f"{path}: cannot be read as text") from error
    found = _from_yaml(path, content) if path.suffix in {".yml", ".yaml"} else _from_table(path, content)
    if not found:
        raise ContentFault(f"{path}: holds no examples")
    return found


def _from_yaml(path: Path, content: str) -> list[Example]:
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentFault(f"{path}:{line}: is not YAML: correct the indentation or the quotes there") from error
    if root is None:
        return []
    blocks = _parts(root).get("nlu")
    if not isinstance(blocks, yaml.SequenceNode):
        raise ContentFault(f"{path}:1: is not a Rasa NLU file: put a list under `nlu:`")
    return [example for block in blocks.value for example in _of_block(path, block)]


def _of_block(path: Path, block: yaml.Node) -> Iterator[Example]:
    """The examples of one item of `nlu`; synonyms and the like have none."""
    parts = _parts(block)
    if parts and "intent" not in parts:
        return
    intent, examples = parts.get("intent"), parts.get("examples")
    if not isinstance(intent, yaml.ScalarNode) or not isinstance(examples, yaml.ScalarNode):
        line = block.start_mark.line + 1
        raise ContentFault(f"{path}:{line}: give this item `intent: name` and `examples: |` with lines under it")
    for line in map(str.strip, examples.value.splitlines()):
        if line.startswith("-"):
            yield Example(line[1:].strip(), intent.value)


def _parts(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _from_table(path: Path, content: str) -> list[Example]:
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(content.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), 1)
        if row
    ]
    for number, row in rows:
        if len(row) != 2 or not all(cell.strip() for cell in row):
            raise ContentFault(f"{path}:{number}: needs a message and an intent with one tab between")
    header = {cell.strip().lower() for cell in rows[0][1]} if rows else set()
    intents = _intent_column([row for _, row in rows])
    named = rows[1:] if header & _HEADERS and header & {"intent", "intencja"} else rows
    return [Example(row[1 - intents].strip(), row[intents].strip()) for _, row in named]


def _intent_column(rows: list[list[str]]) -> int:
    """Intents are names without spaces, said again and again; messages are neither."""
    first, second = ([sum(" " in row[at].strip() for row in rows), len({row[at] for row in rows})] for at in (0, 1))
    return 0 if first < second else 1
