"""Training: once for each state of the content, and never in the way of what was trained before."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.compiler import TrainingError, content_hash, train
from bot.dialogue.compiler.build import ContentFaults


def test_a_model_that_is_there_is_not_trained_again(content: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    there = models / f"{content_hash(content)}.tar.gz"
    there.write_bytes(b"a model")
    told: list[str] = []
    assert train(content, told.append, models=models, work=tmp_path / "work") == there
    assert told == ["check"]
    assert there.read_bytes() == b"a model"


def test_faulty_content_is_not_trained(content: Path, tmp_path: Path) -> None:
    (content / "flows" / "zla.yml").write_text("flows: 1\n", encoding="utf-8")
    with pytest.raises(ContentFaults):
        train(content, models=tmp_path / "models", work=tmp_path / "work")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_training_that_breaks_down_leaves_no_model_behind(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho the reason\nexit 3\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setenv("DYZURNY_RASA_PYTHON", str(failing))
    with pytest.raises(TrainingError, match="the reason"):
        train(content, models=tmp_path / "models", work=tmp_path / "work")
    assert list((tmp_path / "models").iterdir()) == []
