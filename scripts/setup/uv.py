"""Finds uv, or fetches a pinned one into var/tools; touches no environment of the system's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Iterator

from scripts.setup import steps
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings


def ensure(around: Surroundings) -> Path:
    """Return a uv that starts; fetch one if the machine has none."""
    found = next((uv for uv in _candidates(around) if _starts(uv)), None)
    return found or _fetch(around)


def _candidates(around: Surroundings) -> Iterator[Path]:
    yield around.tools / "uv" / "bin" / "uv"
    for folder in around.folders:
        yield folder / "uv"
    home = around.setting("HOME")
    if home:
        yield Path(home) / ".local" / "bin" / "uv"
        yield Path(home) / ".cargo" / "bin" / "uv"


def _starts(uv: Path) -> bool:
    if not uv.is_file():
        return False
    try:
        return subprocess.run([str(uv), "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _fetch(around: Surroundings) -> Path:
    """Install the pinned uv with pip into a folder of its own.

    `--target` works where the system's Python is marked as externally managed (PEP 668) and needs no venv module,
    which Debian ships apart.
    """
    target = around.tools / "uv"
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
        pip = _pip_of_a_venv(around)
    pinned = ["--require-hashes", "-r", str(around.root / "requirements" / "uv.txt")]
    command = [*pip, "install", "--quiet", "--no-deps", "--upgrade", "--target", str(target), *pinned]
    steps.run("Fetching uv", command, around.log, around.settings, around.root)
    return target / "bin" / "uv"


def _pip_of_a_venv(around: Surroundings) -> list[str]:
    folder = around.tools / "pip"
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, check=False)
    if made.returncode != 0:
        raise SetupError(
            "This Python has neither pip nor venv: install one (Debian: apt install python3-pip) and try again."
        )
    return [str(folder / "bin" / "python"), "-m", "pip"]


if __name__ == "__main__":
    print(ensure(Surroundings.of(Path(__file__).resolve().parents[2])))
