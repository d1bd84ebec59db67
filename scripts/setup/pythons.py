"""Finds Pythons that really start, wherever they are; installs none but through uv."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Iterable, Iterator, Sequence, Tuple

from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings

Version = Tuple[int, int]

RASA_VERSION: Version = (3, 10)
# 3.11 first: it is the one that the tests run on.
APP_VERSIONS: Sequence[Version] = ((3, 11), (3, 12), (3, 13), (3, 14))

_ASK = "import sys; print(sys.implementation.name, *sys.version_info[:2])"


def version_of(python: Path) -> Version | None:
    """Start the interpreter and return its version; None if it does not start or is no CPython.

    pyenv leaves a shim on the PATH for every version it ever installed; a shim that is not selected exits with 127.
    """
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", _ASK], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.split()
    if answer.returncode != 0 or len(words) != 3 or words[0] != "cpython":
        return None
    return int(words[1]), int(words[2])


def installed(version: Version, around: Surroundings) -> Path | None:
    """The first interpreter of this version that starts: on the PATH, pyenv's, Homebrew's."""
    return next((python for python in _candidates(version, around) if version_of(python) == version), None)


def _candidates(version: Version, around: Surroundings) -> Iterator[Path]:
    name = f"python{version[0]}.{version[1]}"
    yield around.interpreter
    # Every folder of the PATH, since a shim that does not start may hide a Python that does.
    yield from _existing(folder / name for folder in around.folders)
    for pyenv in _pyenv_folders(around):
        yield from _existing(found / "bin" / name for found in _newest_first(pyenv / "versions", version))
    yield from _existing(folder / name for folder in around.usual)
    yield from _existing(folder / "python3" for folder in around.folders)


def _pyenv_folders(around: Surroundings) -> Iterator[Path]:
    chosen = around.setting("PYENV_ROOT")
    if chosen:
        yield Path(chosen)
    home = around.setting("HOME")
    if home:
        yield Path(home) / ".pyenv"


def _newest_first(versions: Path, version: Version) -> list[Path]:
    found = versions.glob(f"{version[0]}.{version[1]}.*")
    return sorted(found, key=lambda path: [int(part) for part in path.name.split(".") if part.isdigit()], reverse=True)


def _existing(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.is_file())


def for_rasa(around: Surroundings, uv: Path) -> Path:
    """A Python 3.10: the one that DYZURNY_PYTHON310 names, else one found, else one that uv has or can get."""
    named = around.setting("DYZURNY_PYTHON310")
    if named:
        return _named("DYZURNY_PYTHON310", named, [RASA_VERSION])
    found = installed(RASA_VERSION, around) or _from_uv(uv, RASA_VERSION)
    if found is None:
        raise SetupError(
            "Rasa needs Python 3.10 and none was found: install one (`pyenv install 3.10`, `uv python install 3.10`, "
            "on macOS `brew install python@3.10`) or name it with DYZURNY_PYTHON310=/path/to/python3.10, and try again."
        )
    return found


def for_app(around: Surroundings, uv: Path) -> Path:
    """A Python from 3.11 on: the one that DYZURNY_PYTHON names, else one found, else one that uv has or can get."""
    named = around.setting("DYZURNY_PYTHON")
    if named:
        return _named("DYZURNY_PYTHON", named, APP_VERSIONS)
    found = (installed(version, around) for version in APP_VERSIONS)
    chosen = next((python for python in found if python), None) or _from_uv(uv, APP_VERSIONS[0])
    if chosen is None:
        raise SetupError(
            "Dyżurny needs Python 3.11 or newer and none was found: install one (`pyenv install 3.11`, on macOS "
            "`brew install python@3.11`) or name it with DYZURNY_PYTHON=/path/to/python, and try again."
        )
    return chosen


def _named(setting: str, value: str, wanted: Sequence[Version]) -> Path:
    python = Path(value).expanduser()
    if version_of(python) in wanted:
        return python
    versions = " or ".join(f"{major}.{minor}" for major, minor in wanted)
    raise SetupError(f"{setting} names {value}, which is no Python {versions} that starts: correct or remove it.")


def _from_uv(uv: Path, version: Version) -> Path | None:
    """One of uv's own Pythons, fetched if the network has it."""
    wanted = f"{version[0]}.{version[1]}"
    found = _uv_find(uv, wanted, version)
    if found is None:
        print(f"Looking for Python {wanted} with uv …", flush=True)
        subprocess.run([str(uv), "python", "install", "--quiet", wanted], capture_output=True, check=False)
        found = _uv_find(uv, wanted, version)
    return found


def _uv_find(uv: Path, wanted: str, version: Version) -> Path | None:
    asked = [str(uv), "python", "find", "--managed-python", "--no-project", wanted]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    python = Path(answer.stdout.strip())
    return python if answer.returncode == 0 and version_of(python) == version else None
