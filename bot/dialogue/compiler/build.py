"""Writes the Rasa project under build/; refuses content that has faults."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.compiler import project
from bot.dialogue.compiler.checks import check
from bot.dialogue.compiler.content import NLU_FOLDER, NLU_SETTINGS, nlu_files, read_content
from bot.dialogue.compiler.examplechecks import FEWEST_SETTING
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.hashing import content_hash
from bot.dialogue.flows import FLOWS_FILE
from bot.errors import ContentFault


@dataclass(frozen=True)
class BuildResult:
    """What was written: the folder, the content's number, and how much of what there is."""

    folder: Path
    hash: str
    flows: int
    intents: int
    examples: int


class ContentFaults(ContentFault):
    """The content has faults; `faults` holds all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def build(root: Path, out: Path, *, checked: bool = False) -> BuildResult:
    """Compile the content under `root` into a Rasa project in `out`, which is replaced as a whole.

    `checked`: the caller has run `check` already. Raises ContentFaults with every fault, and then writes nothing.
    Where a server keeps its trackers is for whoever serves the model (bot/supervisor/rasa_server.py).
    """
    faults = [] if checked else check(root)
    if faults:
        raise ContentFaults(faults)
    content = read_content(root)
    number = content_hash(root)
    settings = yaml.safe_load((root / NLU_FOLDER / NLU_SETTINGS).read_text(encoding="utf-8"))
    settings.pop(FEWEST_SETTING, None)
    _empty(out)
    for path in nlu_files(root):
        shutil.copyfile(path, out / "nlu" / path.name)
    flows_file = out / FLOWS_FILE
    flows_file.write_text(json.dumps(project.flows_json(content, number), ensure_ascii=False), encoding="utf-8")
    _write(out / "domain.yml", project.domain(content))
    _write(out / "rules.yml", project.rules(content))
    _write(out / "config.yml", project.config(settings, str(flows_file.resolve()), number))
    flows, intents = len(content.flows.flows), len(content.nlu.places)
    return BuildResult(out, number, flows, intents, len(content.nlu.examples))


def _empty(out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    (out / "nlu").mkdir(parents=True)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
