"""The dialogues that stand beside the flows (flows/dialogi): what a customer says, and what they get; plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path("flows") / "dialogi"


@dataclass(frozen=True)
class Dialogue:
    """A conversation from its beginning; `turns` as written: `says`, `taps` or `event`, then `gets`."""

    title: str
    file: str
    turns: tuple[Mapping[str, Any], ...]
    known: Mapping[str, Any] = field(default_factory=dict)


def read_dialogues(root: Path) -> list[Dialogue]:
    """Every dialogue of the content under `root`, by file; the check has seen to their form."""
    found = []
    for path in sorted((root / FOLDER).glob("*.yml")):
        for raw in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            file = path.relative_to(root).as_posix()
            found.append(Dialogue(str(raw["title"]), file, tuple(raw["turns"]), raw.get("known") or {}))
    return found
