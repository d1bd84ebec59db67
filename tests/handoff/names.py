"""Names of things as `bot.dialogue.texts.Texts` gives them, without compiling any text."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2
import yaml

from bot.dialogue.texts import Texts
from bot.settings import ROOT


@cache
def _files() -> list[dict[str, Any]]:
    """What stands in the files, read once: every desk of these tests has names of its own."""
    found = sorted((ROOT / "locales" / "pl").glob("*.yml"))
    return [yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in found]


class PlainNames(Texts):
    def __init__(self) -> None:
        self.environment = jinja2.Environment(autoescape=True)
        self.responses = {}
        self.sections: dict[str, dict[str, Any]] = {}
        self.known: set[str] = set()
        for content in _files():
            self.known |= set(content.get("responses") or {})
            for name, section in content.items():
                if name != "responses":
                    self.sections.setdefault(name, {}).update(section)

    def __contains__(self, response: str) -> bool:
        return response in self.known
