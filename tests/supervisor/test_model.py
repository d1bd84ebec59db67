"""The model of the present content is made once, however many ask for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.dialogue import compiler
from bot.settings import Settings
from bot.supervisor import model
from tests.support.processes import ROOT

# Another process that trains: it holds the model's lock until it is told to be done.
TRAINS = """
import sys
from pathlib import Path
from bot.supervisor import model
with model._alone(Path(sys.argv[1])):
    print("trains", flush=True)
    sys.stdin.readline()
    Path(sys.argv[1]).touch()
"""


def test_who_asks_for_a_model_that_is_being_trained_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Path(shutil.copytree(ROOT / "tests" / "dialogue" / "content", tmp_path / "content"))
    settings = Settings(content_dir=content, var_dir=tmp_path / "var", demo=True)
    monkeypatch.setattr(model, "MODELS", tmp_path / "models")
    looked = threading.Event()
    is_there, second = model._is_there, []

    def look(place: Path, of: Settings) -> bool:
        found = is_there(place, of)
        looked.set()
        return found

    def trains_again(*_: object, **__: object) -> None:
        second.append("training")

    monkeypatch.setattr(model, "_is_there", look)
    monkeypatch.setattr(compiler, "train", trains_again)
    command = [sys.executable, "-c", TRAINS, str(model.place(settings))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "trains\n"
        asks = threading.Thread(target=model.train, args=(settings, lambda _: None), kwargs={"force": False})
        asks.start()
        assert looked.wait(60)
        first.communicate("done\n", timeout=60)
    asks.join(60)
    assert not asks.is_alive()
    assert second == []
    assert (content / "build" / "flows.json").is_file(), "what the other left out is made here"
