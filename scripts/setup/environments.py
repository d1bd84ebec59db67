"""Makes the two environments, the app's and Rasa's, out of pinned requirements; a stamp spares it all the next time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

from scripts.setup import pythons, steps
from scripts.setup.pythons import Version
from scripts.setup.surroundings import Surroundings

_STAMP = ".dyzurny-requirements"


@dataclass(frozen=True)
class Environment:
    """A virtual environment of the project and where its Python comes from."""

    name: str
    folder: str
    requirements: str
    versions: Sequence[Version]
    find_python: Callable[[Surroundings, Path], Path]
    holds_project: bool = False

    def python(self, root: Path) -> Path:
        return root / self.folder / "bin" / "python"


APP = Environment("the app", ".venv", "app.txt", pythons.APP_VERSIONS, pythons.for_app, holds_project=True)
RASA = Environment("Rasa", ".venv-rasa", "rasa.txt", [pythons.RASA_VERSION], pythons.for_rasa)


def is_ready(environment: Environment, root: Path) -> bool:
    """Whether the environment holds what the requirements name today and its Python still starts."""
    stamp = root / environment.folder / _STAMP
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != _wanted(environment, root):
        return False
    return pythons.version_of(environment.python(root)) in environment.versions


def ensure(environment: Environment, around: Surroundings, find_uv: Callable[[], Path]) -> None:
    """Make the environment, or bring it up to date; does nothing and asks nobody when its stamp is right."""
    if is_ready(environment, around.root):
        return
    uv = find_uv()
    python = environment.python(around.root)
    if pythons.version_of(python) not in environment.versions:
        _make(environment, environment.find_python(around, uv), around, uv)
    _install(environment, around, uv)
    stamp = around.root / environment.folder / _STAMP
    stamp.write_text(_wanted(environment, around.root), encoding="utf-8")


def _make(environment: Environment, base: Path, around: Surroundings, uv: Path) -> None:
    command = [str(uv), "venv", "--quiet", "--clear", "--no-project", "--python", str(base), environment.folder]
    what = f"Making the environment of {environment.name} on {base}"
    steps.run(what, command, around.log, _env(around), around.root)


def _install(environment: Environment, around: Surroundings, uv: Path) -> None:
    install = [str(uv), "pip", "install", "--python", str(environment.python(around.root))]
    pinned = f"requirements/{environment.requirements}"
    what = f"Installing the packages of {environment.name}"
    steps.run(what, [*install, "--require-hashes", "-r", pinned], around.log, _env(around), around.root)
    if environment.holds_project:
        project = [*install, "--quiet", "--no-deps", "-e", "."]
        steps.run("Installing the project itself", project, around.log, _env(around), around.root)


def _env(around: Surroundings) -> dict[str, str]:
    # Rasa's TensorFlow has half a gigabyte: a slow line is not a broken one.
    return {"UV_HTTP_TIMEOUT": "120", **around.settings}


def _wanted(environment: Environment, root: Path) -> str:
    """What the stamp must say: a hash of everything that decides what is installed."""
    files = [root / "requirements" / environment.requirements]
    if environment.holds_project:
        files.append(root / "pyproject.toml")
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest() + "\n"
