"""docs/bezpieczenstwo.md keeps its word: what it names exists, and no threat is without a test."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
import yaml

from bot.cli.running import rasa

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bezpieczenstwo.md").read_text(encoding="utf-8")
THREATS = PAGE.split("## Zagrożenia")[1].split("## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in THREATS.splitlines() if line[:2] == "| "][
    1:
]
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", THREATS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_threat_has_a_guard_a_test_and_a_word_on_what_remains(row: list[str]) -> None:
    threat, guard, tests, remains = row
    assert threat
    assert remains.rstrip("| ")
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", tests)
    files = re.findall(r"`([\w/]+(?:\.py|\.yaml|/))`", guard)
    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_named_test_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(
    "word",
    ["Podrobiony webhook", "Powtórzony webhook", "w tekście", "Skrypt w nazwisku", "Kradzież sesji", "CSRF", "haseł",
     "SSRF", "Bomby", "poza folder", "dzienniku", "Tajemnice", "bibliotekach", "Nieuczciwy konsultant"],
)  # fmt: skip
def test_every_threat_that_is_to_be_considered_is(word: str) -> None:
    assert any(word in row[0] for row in ROWS)


def test_rasa_listens_on_no_public_port() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    for name in ("rasa", "redis", "postgres"):
        assert "ports" not in compose["services"][name], name
        assert compose["services"][name].get("network_mode") != "host", name
    assert inspect.signature(rasa).parameters["host"].default == "127.0.0.1"
