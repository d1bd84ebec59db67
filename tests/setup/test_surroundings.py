"""What the set-up reads out of `.env`, and when it has nothing to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.setup import environments, steps
from scripts.setup.environments import Environment
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings, read_dotenv

ROOT = Path(__file__).resolve().parents[2]


def test_dotenv_lines_are_read_with_or_without_quotes_export_and_remarks(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# a remark\n\nDYZURNY_PORT=8001 # the usual one is taken\n"
        "export DYZURNY_PYTHON310='/opt/py thon'\nA=\"b#c\"\nnonsense\n",
        encoding="utf-8",
    )
    assert read_dotenv(tmp_path / ".env") == {
        "DYZURNY_PORT": "8001",
        "DYZURNY_PYTHON310": "/opt/py thon",
        "A": "b#c",
    }


def test_a_missing_dotenv_sets_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


def test_the_environment_goes_over_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        "DYZURNY_PYTHON310=/file\nDYZURNY_PYTHON=/file\nDYZURNY_CHROMIUM=\n", encoding="utf-8"
    )
    monkeypatch.setenv("DYZURNY_PYTHON310", "/environment")
    monkeypatch.delenv("DYZURNY_PYTHON", raising=False)
    monkeypatch.delenv("DYZURNY_CHROMIUM", raising=False)
    around = Surroundings.of(tmp_path)
    assert around.setting("DYZURNY_PYTHON310") == "/environment"
    assert around.setting("DYZURNY_PYTHON") == "/file"
    assert around.setting("DYZURNY_CHROMIUM") is None


def small(tmp_path: Path) -> tuple[Environment, Surroundings]:
    """An environment without packages, made by a stand-in for uv that writes down what it was asked."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "small.txt").write_text("six==1.17.0\n", encoding="utf-8")
    python = tmp_path / "base" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho cpython 3 10\n", encoding="utf-8")
    python.chmod(0o755)
    environment = Environment("the test", ".venv-small", "small.txt", [(3, 10)], lambda around, uv: python)
    return environment, Surroundings(tmp_path, {"PATH": "/usr/bin:/bin"})


def uv_stand_in(tmp_path: Path) -> Path:
    uv = tmp_path / "uv"
    made = f"mkdir -p {tmp_path}/.venv-small/bin && cp {tmp_path}/base/python {tmp_path}/.venv-small/bin/python"
    uv.write_text(f'#!/bin/sh\necho "$1 $2" >> {tmp_path}/asked\n[ $1 = venv ] && {made}\nexit 0\n', encoding="utf-8")
    uv.chmod(0o755)
    return uv


def asked(tmp_path: Path) -> list[str]:
    return (tmp_path / "asked").read_text(encoding="utf-8").split("\n")[:-1]


def test_an_environment_is_made_once_and_again_only_when_its_requirements_change(tmp_path: Path) -> None:
    environment, around = small(tmp_path)
    uv = uv_stand_in(tmp_path)

    environments.ensure(environment, around, lambda: uv)
    assert asked(tmp_path) == ["venv --quiet", "pip install"]
    environments.ensure(environment, around, lambda: pytest.fail("uv is not needed when nothing changed"))

    (tmp_path / "requirements" / "small.txt").write_text("six==1.18.0\n", encoding="utf-8")
    environments.ensure(environment, around, lambda: uv)
    assert asked(tmp_path) == ["venv --quiet", "pip install", "pip install"]


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    environment, around = small(tmp_path)
    uv = uv_stand_in(tmp_path)
    environments.ensure(environment, around, lambda: uv)

    environment.python(tmp_path).unlink()
    environments.ensure(environment, around, lambda: uv)

    assert asked(tmp_path) == ["venv --quiet", "pip install"] * 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: dns error: failed to lookup address", "the network cannot be reached"),
        ("client error (Connect): invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
        ("No space left on device", "the disk is full"),
        ("hash mismatch", "its output is in"),
    ],
)
def test_a_failed_step_is_explained_in_one_sentence_with_a_remedy(tmp_path: Path, said: str, sentence: str) -> None:
    command = ["/bin/sh", "-c", f"echo '{said}'; exit 2"]
    with pytest.raises(SetupError, match=sentence) as fault:
        steps.run("Installing", command, tmp_path / "log" / "bootstrap.log", {}, tmp_path)
    assert "\n" not in str(fault.value)
    assert "try again" in str(fault.value)


def test_an_earlier_failure_in_the_same_log_does_not_colour_the_next(tmp_path: Path) -> None:
    log = tmp_path / "bootstrap.log"
    log.write_text("dns error\n", encoding="utf-8")
    with pytest.raises(SetupError, match="its output is in"):
        steps.run("Installing", ["/bin/sh", "-c", "exit 2"], log, {}, tmp_path)


def test_the_set_up_speaks_no_newer_python_than_it_asks_for() -> None:
    """It runs on whatever the machine has, so its syntax is checked by an older grammar."""
    import ast

    for module in (ROOT / "scripts" / "setup").glob("*.py"):
        ast.parse(module.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_purpose_that_is_none_is_refused_with_the_usage() -> None:
    answer = subprocess.run([ROOT / "scripts" / "bootstrap", "dance"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "Usage" in answer.stderr
