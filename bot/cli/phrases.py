"""What the editors' commands say on the screen, out of redakcja.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


class Phrases:
    """One section of redakcja.yml: `phrases("zapisane")`, with values for the names in braces."""

    def __init__(self, section: str) -> None:
        self._words = _all()[section]

    def __call__(self, name: str, **values: Any) -> str:
        return str(self._words[name]).format(**values)


@cache
def _all() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("redakcja.yml").read_text(encoding="utf-8")
    )
    return found
