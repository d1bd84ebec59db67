"""Reads labelled messages from a Rasa NLU file or a table of two columns; knows nothing of models."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ContentFault


@dataclass(frozen=True)
class Example:
    """A message and the intent that a person gave it."""

    text: str
    intent: str


def read_examples(path: Path) -> list[Example]:
    """The examples of `path`: Rasa NLU YAML (.yml, .yaml), or text and intent a line, split by a tab (else).

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
        blocks = (yaml.safe_load(content) or {}).get("nlu") or []
        return [
            Example(line.strip()[1:].strip(), block["intent"])
            for block in blocks
            if "intent" in block
            for line in block["examples"].splitlines()
            if line.strip().startswith("-")
        ]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentFault(f"{path}:{line}: is not YAML") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise ContentFault(f"{path}: is not a Rasa NLU file: each item of `nlu` needs intent and examples") from error


def _from_table(path: Path, content: str) -> list[Example]:
    found = []
    for number, row in enumerate(csv.reader(content.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if not row or row[0].lower() in {"text", "tekst"}:
            continue
        if len(row) != 2:
            raise ContentFault(f"{path}:{number}: needs a message, one tab and an intent")
        found.append(Example(row[0].strip(), row[1].strip()))
    return found
