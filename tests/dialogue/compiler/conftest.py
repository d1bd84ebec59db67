"""A copy of the trial content that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.processes import ROOT

TRIAL = ROOT / "tests" / "dialogue" / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TRIAL, tmp_path / "content"))
