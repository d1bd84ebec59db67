"""The command `dyzurny` as somebody types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def dyzurny(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", *arguments]
    env = {**os.environ, **settings}
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def test_help_names_the_commands_without_loading_what_they_need() -> None:
    asked = "import sys; sys.argv = ['dyzurny', '--help']; import atexit; from bot.cli import main\n"
    told = (
        "atexit.register(lambda: print('LOADED', {'uvicorn', 'sqlalchemy', 'redis', 'webhook'} & set(sys.modules)))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"{asked}{told}main()"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0
    assert all(command in answer.stdout for command in ("run", "web", "worker", "rasa"))
    assert "LOADED set()" in answer.stdout


def test_a_wrong_setting_is_one_sentence_and_exit_code_1() -> None:
    answer = dyzurny("web", DYZURNY_PORT="eight thousand")
    assert answer.returncode == 1
    assert answer.stderr.strip().count("\n") == 0
    assert "port" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_command_that_does_not_exist_is_a_usage_error() -> None:
    assert dyzurny("dance").returncode == 2


def test_who_waits_for_the_schema_goes_on_once_it_is_there(tmp_path: Path, migrated_file: bytes) -> None:
    (tmp_path / "record.db").write_bytes(migrated_file)
    waited = dyzurny("migrate", "--wait", DYZURNY_DATABASE_URL=f"sqlite:///{tmp_path / 'record.db'}")
    assert (waited.returncode, waited.stderr) == (0, "")
