"""Publishing: what fails leaves everything as it is, what succeeds can be taken back."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.compiler import TrainingError
from bot.dialogue.compiler.build import ContentFaults
from bot.editions import folder, register
from bot.editions.folder import Edition
from bot.editions.register import Published
from bot.settings import Settings
from bot.supervisor import model
from bot.supervisor import publish as publishing
from bot.supervisor.faults import CannotRun
from tests.support.processes import ROOT


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests" / "dialogue" / "content", tmp_path / "content"))


@pytest.fixture
def settings(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(model, "MODELS", tmp_path / "models")
    return Settings(content_dir=content, var_dir=tmp_path / "var", demo=True)


@pytest.fixture
def in_force(settings: Settings, content: Path) -> Edition:
    edition = folder.make(content, folder.place(settings))
    register.write_published(folder.place(settings), Published(edition.id))
    return edition


def change(content: Path, file: str, old: str, new: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def untold(stage: str, **values: Any) -> None:
    """Nobody listens."""


async def test_broken_content_leaves_what_is_in_force(settings: Settings, content: Path, in_force: Edition) -> None:
    change(content, "flows/lampa.yml", "type: data", "type: dzień")
    with pytest.raises(ContentFaults):
        await publishing.publish(settings, untold)
    assert register.read_published(folder.place(settings)) == Published(in_force.id)


async def test_a_training_that_fails_leaves_what_is_in_force(
    settings: Settings, content: Path, in_force: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho the reason\nexit 3\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setenv("DYZURNY_RASA_PYTHON", str(failing))
    change(content, "flows/lampa.yml", "optional: true", "optional: false")
    with pytest.raises(TrainingError, match="the reason"):
        await publishing.publish(settings, untold)
    assert register.read_published(folder.place(settings)) == Published(in_force.id)


async def test_the_same_content_is_not_published_twice_but_counts_as_chosen(
    settings: Settings, in_force: Edition
) -> None:
    told = []
    await publishing.publish(settings, lambda stage, **values: told.append(stage))
    assert told == ["sprawdzanie", "bez_zmian"]
    assert register.read_published(folder.place(settings)) == Published(in_force.id, chosen=True)


async def test_two_people_do_not_publish_at_once(settings: Settings, in_force: Edition) -> None:
    with (folder.place(settings) / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotRun):
            await publishing.publish(settings, untold)


def test_an_edition_in_force_is_followed_by_the_next_and_comes_back(
    settings: Settings, content: Path, in_force: Edition
) -> None:
    editions = folder.place(settings)
    change(content, "locales/pl/teksty.yml", "text: lampa przyjeta", "text: dziękujemy")
    second = folder.make(content, editions)
    publishing.put_in_force(editions, second)
    after = register.read_published(editions)
    assert (after.current, after.former, set(after.leaving), after.chosen) == (
        second.id,
        (in_force.id,),
        {in_force.id},
        True,
    )
    publishing.put_in_force(editions, in_force, back=True)
    back = register.read_published(editions)
    assert (back.current, back.former, set(back.leaving)) == (in_force.id, (), {second.id})


async def test_before_the_first_edition_there_is_nothing_to_go_back_to(settings: Settings, in_force: Edition) -> None:
    with pytest.raises(publishing.NothingToUndo):
        await publishing.undo(settings, untold)
