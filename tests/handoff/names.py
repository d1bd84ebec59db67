"""Names of things as `bot.dialogue.texts.Texts` gives them, without compiling any text."""

from __future__ import annotations

from typing import Any

import jinja2
import yaml

from bot.dialogue.texts import Texts
from bot.settings import ROOT


class PlainNames(Texts):
    def __init__(self) -> None:
        self.environment = jinja2.Environment(autoescape=True)
        self.responses = {}
        self.sections: dict[str, dict[str, Any]] = {}
        self.known: set[str] = set()
        for path in sorted((ROOT / "locales" / "pl").glob("*.yml")):
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            self.known |= set(content.pop("responses", None) or {})
            for name, section in content.items():
                self.sections.setdefault(name, {}).update(section)

    def __contains__(self, response: str) -> bool:
        return response in self.known
