"""The compiled project under Rasa's own eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.compiler import build
from bot.dialogue.compiler.training import validate
from tests.support.processes import ROOT

pytestmark = pytest.mark.rasa


def test_rasa_finds_nothing_wrong_with_the_trial_content(trial_project: Path) -> None:
    assert validate(trial_project) == []


def test_rasa_finds_nothing_wrong_with_the_shipped_content(tmp_path: Path) -> None:
    assert validate(build(ROOT, tmp_path / "build").folder) == []
