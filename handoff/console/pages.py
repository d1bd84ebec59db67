"""Draws the console's pages and their parts from values; one place knows the templates."""

from __future__ import annotations

import importlib.util
import json
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

import jinja2

from bot.cases.cases import KINDS
from bot.clock import Clock
from bot.settings import Settings
from bot.store.agents import Agent
from bot.store.desk_queries import ListRow
from bot.store.messages import Message
from bot.store.notes import Note
from bot.store.times import to_ms
from handoff import presence
from handoff.console import words
from handoff.ports import Names

HERE = Path(__file__).parent
STATIC = HERE / "static"

# htmx as the console needs it under its policy: no styles or code of its own making, answers with an error shown.
HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        # Its own list holds "style", which it would set, if only to nothing.
        "attributesToSettle": ["class"],
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)


def htmx_path() -> Path:
    """htmx comes with the django-htmx wheel at set-up; nothing of Django is imported."""
    found = importlib.util.find_spec("django_htmx")
    assert found is not None and found.origin is not None, "django-htmx is among the requirements"
    return Path(found.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


@lru_cache(maxsize=1)
def static_files() -> dict[str, Path]:
    """What may be fetched under /konsola/static, by name."""
    files = {path.name: path for path in STATIC.iterdir() if path.is_file()}
    return {**files, "htmx.min.js": htmx_path()}


@lru_cache(maxsize=1)
def static_version() -> str:
    """Changes when any of them does, so that browsers may keep them."""
    digest = blake2b(digest_size=6)
    for _, path in sorted(static_files().items()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Pages:
    def __init__(self, names: Names, settings: Settings, clock: Clock) -> None:
        self.names = names
        self.clock = clock
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(
            version=static_version(),
            htmx_config=HTMX_CONFIG,
            words=words,
            presence=presence,
            new_key=lambda: uuid4().hex,
            names=names,
            demo=settings.demo,
            company=names.section("firma"),
            case_kinds=KINDS,
        )
        self.environment.filters.update(iso=words.iso, span=words.span)

    def draw(self, template: str, **values: Any) -> str:
        now = self.clock()
        return self.environment.get_template(template).render(
            now=now, now_ms=to_ms(now), hour=lambda ms: words.hour(ms, now), **values
        )

    def row(self, row: ListRow, agents: dict[int, Agent]) -> str:
        return self.draw("_row.html", row=row, agents=agents)

    def message(self, message: Message) -> str:
        return self.draw("_message.html", message=message)

    def note(self, note: Note, agents: dict[int, Agent]) -> str:
        return self.draw("_note.html", note=note, agents=agents)
