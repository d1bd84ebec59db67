"""The shipped content, read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.rendering import Renderer, load_texts

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer(load_texts(ROOT))


@pytest.fixture(scope="session")
def sections(renderer: Renderer) -> dict[str, dict[str, Any]]:
    return renderer.texts.sections


@pytest.fixture(scope="session")
def raw_responses() -> dict[str, list[dict[str, Any]]]:
    """Every response as it stands in the files, with its `source` lines."""
    responses: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "locales" / "pl").glob("*.yml")):
        responses.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {})
    return responses


@pytest.fixture(scope="session")
def flows() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "flows").glob("*.yml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8"))["flows"])
    return found
