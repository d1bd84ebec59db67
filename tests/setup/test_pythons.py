"""A Python is found where it really starts: not behind a broken shim, not of another version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.setup import pythons
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings

WANTED = (3, 10)
NO_UV = Path("/nowhere/uv")


def put(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python(path: Path, version: str = "3 10") -> Path:
    return put(path, f"echo cpython {version}")


def shim(path: Path) -> Path:
    """What pyenv leaves behind for a version that is not selected."""
    return put(path, "echo 'pyenv: python3.10: command not found' >&2; exit 127")


def around(tmp_path: Path, *folders: str, **settings: str) -> Surroundings:
    path = os.pathsep.join(str(tmp_path / folder) for folder in folders)
    told = {"HOME": str(tmp_path / "home"), "PATH": path, **settings}
    return Surroundings(tmp_path, told, interpreter=tmp_path / "none", usual=[tmp_path / "usual"])


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("echo cpython 3 10", (3, 10)),
        ("echo pypy 3 10", None),
        ("echo Python 3.10.13", None),
        ("exit 127", None),
        ("echo cpython 3 10; exit 1", None),
    ],
)
def test_a_version_is_what_the_interpreter_itself_answers(
    tmp_path: Path, answer: str, version: tuple[int, int] | None
) -> None:
    assert pythons.version_of(put(tmp_path / "python", answer)) == version


def test_what_is_no_program_has_no_version(tmp_path: Path) -> None:
    assert pythons.version_of(tmp_path / "absent") is None
    text = tmp_path / "text"
    text.write_text("not a program", encoding="utf-8")
    assert pythons.version_of(text) is None


def test_a_broken_shim_does_not_hide_the_python_behind_it_on_the_path(tmp_path: Path) -> None:
    shim(tmp_path / "shims" / "python3.10")
    real = python(tmp_path / "bin" / "python3.10")
    assert pythons.installed(WANTED, around(tmp_path, "shims", "bin")) == real


def test_pyenvs_versions_are_looked_into_newest_first(tmp_path: Path) -> None:
    shim(tmp_path / "shims" / "python3.10")
    versions = tmp_path / "home" / ".pyenv" / "versions"
    python(versions / "3.10.9" / "bin" / "python3.10")
    newest = python(versions / "3.10.13" / "bin" / "python3.10")
    python(versions / "3.11.7" / "bin" / "python3.11", "3 11")
    assert pythons.installed(WANTED, around(tmp_path, "shims")) == newest


def test_pyenvs_root_may_be_elsewhere(tmp_path: Path) -> None:
    found = python(tmp_path / "opt" / "versions" / "3.10.1" / "bin" / "python3.10")
    assert pythons.installed(WANTED, around(tmp_path, PYENV_ROOT=str(tmp_path / "opt"))) == found


def test_a_plain_python3_of_the_right_version_will_do(tmp_path: Path) -> None:
    found = python(tmp_path / "bin" / "python3")
    assert pythons.installed(WANTED, around(tmp_path, "bin")) == found


def test_the_places_where_pythons_usually_stand_are_looked_at_last(tmp_path: Path) -> None:
    usual = python(tmp_path / "usual" / "python3.10")
    assert pythons.installed(WANTED, around(tmp_path)) == usual
    first = python(tmp_path / "bin" / "python3.10")
    assert pythons.installed(WANTED, around(tmp_path, "bin")) == first


def test_the_setting_goes_before_everything_found(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.10")
    named = python(tmp_path / "mine")
    assert pythons.for_rasa(around(tmp_path, "bin", DYZURNY_PYTHON310=str(named)), NO_UV) == named


def test_a_setting_that_names_something_else_is_a_fault_and_not_passed_over(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.10")
    named = python(tmp_path / "mine", "3 12")
    with pytest.raises(SetupError, match=r"DYZURNY_PYTHON310 names .*mine"):
        pythons.for_rasa(around(tmp_path, "bin", DYZURNY_PYTHON310=str(named)), NO_UV)


def test_uvs_own_python_is_asked_for_when_the_machine_has_none(tmp_path: Path) -> None:
    theirs = python(tmp_path / "uv-pythons" / "python3.10")
    uv = put(tmp_path / "uv", f"test -e {tmp_path}/fetched && [ $2 = find ] && echo {theirs} && exit 0\n"
             f"[ $2 = install ] && touch {tmp_path}/fetched && exit 0\nexit 2")  # fmt: skip
    assert pythons.for_rasa(around(tmp_path), uv) == theirs


def test_without_any_the_sentence_says_how_to_get_one(tmp_path: Path) -> None:
    shim(tmp_path / "shims" / "python3.10")
    uv = put(tmp_path / "uv", "exit 2")
    with pytest.raises(SetupError, match=r"Python 3\.10 .*pyenv install 3\.10.*DYZURNY_PYTHON310=") as fault:
        pythons.for_rasa(around(tmp_path, "shims"), uv)
    assert "\n" not in str(fault.value)


def test_the_app_takes_the_oldest_python_that_it_is_tested_on(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.13", "3 13")
    twelve = python(tmp_path / "bin" / "python3.12", "3 12")
    assert pythons.for_app(around(tmp_path, "bin"), NO_UV) == twelve
