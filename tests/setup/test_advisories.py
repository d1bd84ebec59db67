"""Known faults in our dependencies fail the gate; where nobody can be asked it says so and fails nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.advisories import PINNED, ask

FAULTY = {"name": "starlette", "version": "0.1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["0.2"]}]}
SOUND = {"name": "httpx", "version": "0.28", "vulns": []}
LEFT_OUT = {"name": "odd", "skip_reason": "not found"}


def program(folder: Path, answer: str, code: int = 0) -> str:
    """Something that answers as pip-audit does."""
    path = folder / "pip-audit"
    path.write_text(f"#!/bin/sh\necho \"$@\" > {folder}/asked\ncat <<'END'\n{answer}\nEND\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


def test_a_known_fault_is_named_with_its_remedy(tmp_path: Path) -> None:
    verdict = ask(program(tmp_path, json.dumps({"dependencies": [FAULTY, SOUND, LEFT_OUT]}), code=1))
    assert verdict.faults == ["starlette 0.1: PYSEC-2026-1 (fixed in 0.2)"]
    assert "1 known faults in 2 packages" in str(verdict)
    assert str(PINNED) in (tmp_path / "asked").read_text()


def test_what_is_sound_is_said_to_be_checked(tmp_path: Path) -> None:
    verdict = ask(program(tmp_path, json.dumps({"dependencies": [SOUND]})))
    assert (verdict.checked, verdict.faults, verdict.unchecked) == (1, [], "")


@pytest.mark.parametrize("answer", ["", "ConnectionError", "[]", "{}", '{"dependencies": []}', '{"dependencies": 1}'])
def test_a_source_that_is_not_reached_is_not_taken_for_soundness(tmp_path: Path, answer: str) -> None:
    verdict = ask(program(tmp_path, answer, code=1))
    assert not verdict.faults and "NOT CHECKED" in str(verdict)


def test_without_the_program_nothing_is_checked_and_it_is_said(tmp_path: Path) -> None:
    for missing in (None, str(tmp_path / "nowhere")):
        assert "NOT CHECKED" in str(ask(missing))


def test_a_program_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pip-audit"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o755)
    assert "NOT CHECKED" in str(ask(str(path), longest_s=0.2))
