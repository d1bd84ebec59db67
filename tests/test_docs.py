"""The documents keep their word: every setting, command, metric, address and file that they name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from prometheus_client import REGISTRY
from pydantic import SecretStr

import bot.metrics
from bot.cli import app as commands
from bot.settings import ROOT, Settings
from webhook import create_app

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
EACH = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
# Files of which pages speak that belong to an installation or come into being later.
MADE = re.compile(r"^(var|build|models|\.env)\b")
ROOMS = "bot|handoff|tests|flows|nlu_data|locales|docs|deploy|scripts|requirements|bench"


def code(page: Path) -> Iterator[str]:
    """What a page sets in type: between backticks, and indented or fenced blocks."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from fenced
    yield from re.findall(r"^ {4}(.+)$", rest, re.MULTILINE)
    yield from (" ".join(found.split()) for found in re.findall(r"`([^`]+)`", rest))


def test_what_is_read_out_of_a_page_is_what_stands_in_it() -> None:
    found = list(code(ROOT / "docs" / "dyzur.md"))
    assert "DYZURNY_SILENCE_LIMIT" in found
    assert any("pg_restore" in block for block in found)


@EACH
def test_every_setting_exists(page: Path) -> None:
    known = {f"DYZURNY_{name.upper()}" for name in Settings.model_fields}
    known |= set(re.findall(r"^#?(DYZURNY_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bDYZURNY_[A-Z0-9_]*[A-Z0-9]\b", page.read_text(encoding="utf-8")))
    assert named <= known


@cache
def command(words: tuple[str, ...]) -> Any:
    """What typer makes of these words, or None; what follows a command that is no group are its arguments."""
    found: Any = typer.main.get_command(commands)
    for word in words:
        inner = getattr(found, "commands", None)
        if inner is not None:
            if word not in inner:
                return None
            found = inner[word]
    return found


@EACH
def test_every_command_and_its_options_exist(page: Path) -> None:
    for text in code(page):
        for said in re.findall(r"(?:^|[|/]|web |-- )\s*dyzurny ([a-z][^|;\n)#]*)", text, re.MULTILINE):
            words = said.split()
            names = tuple(word for word in words[:2] if re.fullmatch(r"[a-z]+", word))
            found = command(names)
            assert found is not None, f"dyzurny {said}"
            options = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
            asked = {word.split("=")[0] for word in words if word.startswith("--")}
            assert asked <= options, f"dyzurny {said}"


def leaves(found: Any = None, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    inner = getattr(found or typer.main.get_command(commands), "commands", None)
    if inner is None:
        yield names
    else:
        for name, one in inner.items():
            yield from leaves(one, (*names, name))


def test_every_command_target_metric_and_room_stands_on_a_page() -> None:
    said = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    rooms = sorted((ROOT / "bot").glob("*/__init__.py"))
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    counted = {metric._name for metric in vars(bot.metrics).values() if hasattr(metric, "_labelnames")}
    assert rooms and targets and counted
    wanted = [f"dyzurny {' '.join(names)}" for names in leaves()]
    wanted += [f"`bot/{room.parent.name}/`" for room in rooms]
    wanted += [f"make {target}" for target in targets]
    assert [one for one in wanted if not re.search(rf"{re.escape(one)}(?![a-z])", said)] == []
    # Counters are written there with what Prometheus adds to their names.
    assert [one for one in sorted(counted) if one not in said] == []


@EACH
def test_every_metric_exists(page: Path) -> None:
    counted = {metric._name for metric in vars(bot.metrics).values() if hasattr(metric, "_labelnames")}
    assert counted <= {family.name for family in REGISTRY.collect()}
    for name in re.findall(r"\bdyzurny_[a-z_]+[a-z]\b", page.read_text(encoding="utf-8")):
        assert re.sub(r"_(total|bucket|count|sum)$", "", name) in counted, name


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every address that the web process answers in demo mode, each part in braces as {}."""
    settings = Settings(
        demo=True,
        app_secret=SecretStr("a"),
        verify_token=SecretStr("b"),
        secret_key=SecretStr("a secret key for tests only"),
        var_dir=tmp_path_factory.mktemp("var"),
    )
    return {re.sub(r"\{[^}]*\}", "{}", path) for path in _paths(create_app(settings))}


def _paths(router: Any) -> Iterator[str]:
    """The web framework keeps an included router whole, beside the prefix under which it was included."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            yield from (route.include_context.prefix + path for path in _paths(route.original_router))
        else:
            yield str(route.path)


@EACH
def test_every_address_exists(page: Path, addresses: set[str]) -> None:
    firsts = {address.split("/")[1] for address in addresses if address.count("/")}
    assert {"webhook", "konsola", "metrics", "symulator"} <= firsts
    for text in code(page):
        for said in re.findall(r"(?:^|\s)(/[\w{}/-]+)", text):
            if said.split("/")[1] not in firsts:
                continue
            # A part in capitals stands for any, as one in braces does.
            wanted = re.sub(r"\{[^}]*\}|(?<=/)[A-Z]+(?=/|$)", "{}", said).rstrip("/")
            known = any(one == wanted or one.startswith(f"{wanted}/") for one in addresses)
            assert known, f"{said} is no address of ours"


@EACH
def test_every_file_and_link_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {found for one in code(page) for found in re.findall(rf"^(?:{ROOMS})/[\w/.-]+[\w/]", one)}
    missing = [name for name in named if not MADE.match(name) and not (ROOT / name).exists()]
    assert missing == []
    for link in re.findall(r"\]\(((?!https?:)[^)#\s]+)", text):
        assert (page.parent / link).exists(), link


@EACH
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in {found for one in code(page) for found in re.findall(r"^make ([a-z]+)", one)}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
