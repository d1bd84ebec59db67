"""Draws what data protection shows to people; decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def draw(name: str, **values: Any) -> str:
    """The page `name`.html of this folder, with every value escaped."""
    return _TEMPLATES.get_template(f"{name}.html").render(**values)
