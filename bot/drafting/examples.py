"""One example more or less in the text of an nlu_data file, and the two files of a new question; writes nothing.

The text around stays as the editors wrote it, comments and order too: a YAML writer would keep neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

LONGEST = 200
# Of the answer to a new question.
LONGEST_ANSWER = 2_000
_INTENT = re.compile(r"^(\s*)-\s+intent:\s*(\S+)\s*$")
_ROW = re.compile(r"^\s*-\s+(.*\S)\s*$")
# Rasa reads [szkoda](slot) as an annotation; no customer's sentence is one.
_ANNOTATION = re.compile(r"[\[\](){}]")


def as_example(sentence: str) -> str:
    """`sentence` as it may stand in a row of examples: one line, no annotations; empty where no words are left."""
    line = " ".join(_ANNOTATION.sub(" ", sentence).split()).lstrip("-# ").strip()[:LONGEST].strip()
    return line if len(re.findall(r"[^\W\d_]", line)) > 1 else ""


def with_example(text: str, intent: str, sentence: str) -> str | None:
    """`text` with the sentence after the last example of `intent`; None where the intent has none here."""
    lines = text.split("\n")
    rows = _rows(lines, intent)
    if not rows:
        return None
    indent = lines[rows[-1]][: len(lines[rows[-1]]) - len(lines[rows[-1]].lstrip())]
    lines.insert(rows[-1] + 1, f"{indent}- {sentence}")
    return "\n".join(lines)


def without_example(text: str, intent: str, sentence: str) -> str | None:
    """`text` without that example of `intent`; None where it is not there, or is the only one."""
    lines = text.split("\n")
    rows = _rows(lines, intent)
    at = next((row for row in rows if _said(lines[row]) == sentence), None)
    if at is None or len(rows) == 1:
        return None
    del lines[at]
    return "\n".join(lines)


def question_files(name: str, title: str, answer: str, sentences: Sequence[str], heading: str) -> dict[str, str]:
    """Path under the content's root → text: the examples of `faq/<name>` and its answer, each in a file of its own."""
    comment = " ".join(heading.split())
    examples = [f"# {comment}", 'version: "3.1"', "nlu:", f"- intent: faq/{name}", "  examples: |"]
    examples += [f"    - {sentence}" for sentence in sentences]
    texts = [
        f"# {comment}",
        "responses:",
        f"  utter_faq/{name}:",
        f"    - text: {json.dumps(answer, ensure_ascii=False)}",
        "intent_titles:",
        f"  faq/{name}: {json.dumps(title, ensure_ascii=False)}",
    ]
    return {
        f"nlu_data/faq_{name}.yml": "\n".join(examples) + "\n",
        f"locales/pl/faq_{name}.yml": "\n".join(texts) + "\n",
    }


def _rows(lines: Sequence[str], intent: str) -> list[int]:
    """The numbers of the lines that hold the examples of the intent's first block."""
    return [number for number in _block(lines, intent) if _ROW.match(lines[number])]


def _block(lines: Sequence[str], intent: str) -> Iterator[int]:
    depth: int | None = None
    for number, line in enumerate(lines):
        head = _INTENT.match(line)
        if depth is not None:
            if head is not None and len(head[1]) <= depth:
                return
            yield number
        elif head is not None and head[2].strip("\"'") == intent:
            depth = len(head[1])


def _said(line: str) -> str:
    found = _ROW.match(line)
    return found[1] if found else ""
