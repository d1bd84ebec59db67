"""The walls between the rooms, and that the README tells the truth about them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Room → what it must not import, and what to do instead.
WALLS = {
    "bot": (("handoff", "webhook"), "define a Protocol in bot and let webhook.py pass the implementation"),
    "handoff": (("webhook",), "let webhook.py pass it in"),
    "bot/messenger": (
        ("bot.intake", "bot.dialogue", "bot.store", "bot.language", "bot.outbox", "bot.settings"),
        "it is a library of the platform: translate at its caller",
    ),
    "bot/language": (
        ("bot.intake", "bot.dialogue", "bot.store", "bot.messenger", "bot.outbox", "bot.settings"),
        "it is a library of the language: pass plain values in",
    ),
    "bot/dialogue/engine": (("rasa", "redis", "sqlalchemy", "httpx", "bot.store"), "the engine is pure: return an act"),
}
# What reaches outside → the only places that know it.
DOORS = {
    ("fastapi", "starlette"): ("handoff/console", "bot/simulator", "bot/front/routes.py"),
    ("redis",): ("bot/intake", "bot/outbox", "bot/supervisor", "bot/readiness.py", "handoff"),
    ("sqlalchemy", "alembic"): (
        "bot/store",
        # A query that belongs to one place alone stands there.
        *(f"bot/{name}" for name in ("alarms.py", "backup.py", "cases", "editions/pending.py", "intake", "outbox")),
        *(f"bot/{name}" for name in ("privacy", "reports")),
    ),
}


def modules(room: str) -> Iterator[Path]:
    yield from (ROOT / room).rglob("*.py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module


@pytest.mark.parametrize("room", WALLS)
def test_a_room_does_not_know_what_lies_behind_its_wall(room: str) -> None:
    forbidden, remedy = WALLS[room]
    composing = set((ROOT / "bot" / "cli").glob("*.py"))
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}; instead: {remedy}"
        for path in modules(room)
        if path not in composing
        for line, name in imports(path)
        if any(name == wall or name.startswith(f"{wall}.") for wall in forbidden)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("libraries", DOORS, ids=[names[0] for names in DOORS])
def test_a_library_that_reaches_outside_stays_at_its_doors(libraries: tuple[str, ...]) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for room in ("bot", "handoff")
        for path in modules(room)
        for _, name in imports(path)
        if name.split(".")[0] in libraries
    }
    doors = DOORS[libraries]
    assert [user for user in sorted(users) if not user.startswith(doors)] == []
    assert [door for door in doors if not any(user.startswith(door) for user in users)] == [], "nobody uses this door"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:bot|handoff|docs|tests|flows|nlu_data|locales)/[\w/.-]*)`", text))
    named |= set(re.findall(r"\]\(((?!http)[^)#]+)\)", text))
    assert named
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing, f"{page} names what does not exist: {missing}"


def test_every_make_target_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_module_has_outgrown_its_story() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for room in ("bot", "handoff")
        for path in modules(room)
        if "migrations" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long, f"split by what each part is for: {long}"
