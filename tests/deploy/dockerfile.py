"""Reads a Dockerfile into stages of instructions: as much of the language as ours uses, and no more."""

from __future__ import annotations

import fnmatch
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    word: str  # COPY, RUN, …
    rest: str

    def copied(self) -> tuple[str | None, list[str], str]:
        """Of a COPY: from which stage (None: the project's folder), what, and to where."""
        words = shlex.split(self.rest)
        stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
        return stage, words[:-1], words[-1]

    def pairs(self) -> dict[str, str]:
        """Of an ENV."""
        return dict(word.split("=", 1) for word in shlex.split(self.rest))


@dataclass
class Stage:
    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[Instruction]:
        return [one for one in self.instructions if one.word == word]


@dataclass(frozen=True)
class Dockerfile:
    arguments: dict[str, str]  # before the first stage
    stages: dict[str, Stage]

    def lineage(self, name: str) -> list[Stage]:
        """The stage and what it is built on, the lowest first."""
        found: list[Stage] = []
        while name in self.stages:
            found.insert(0, self.stages[name])
            name = self.stages[name].base
        return found


def read(text: str) -> Dockerfile:
    arguments: dict[str, str] = {}
    stages: dict[str, Stage] = {}
    for word, rest in _lines(text):
        if word == "FROM":
            base, name = re.fullmatch(r"(\S+) AS (\S+)", rest).groups()  # type: ignore[union-attr]
            present = stages[name] = Stage(base)
        elif not stages:
            assert word == "ARG", word
            name, _, value = rest.partition("=")
            arguments[name] = value
        else:
            present.instructions.append(Instruction(word, rest))
    return Dockerfile(arguments, stages)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in without_comments.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


def sent(root: Path, ignore: str) -> set[str]:
    """The files of the project's folder that `.dockerignore` lets through, as relative paths.

    The kind of file that forbids everything and then allows: later lines win, a folder stands for all that is in it.
    """
    rules = [line for line in ignore.splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    forbidden = [rule for rule in rules[1:] if not rule.startswith("!")]
    found: set[str] = set()
    for start in allowed:
        path = root / start
        for each in path.rglob("*") if path.is_dir() else [path]:
            name = each.relative_to(root).as_posix()
            if each.is_file() and not any(_matches(name, rule) for rule in forbidden):
                found.add(name)
    return found


def _matches(name: str, rule: str) -> bool:
    parts = name.split("/")
    last = rule.removeprefix("**/")
    return any(fnmatch.fnmatchcase(part, last) for part in parts)
