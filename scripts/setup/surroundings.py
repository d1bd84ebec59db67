"""The project's folder and its settings as the set-up sees them: the environment over `.env`; changes neither."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a `.env` file; quotes around a value and `export` before a name are taken off."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.strip().partition("=")
        if not sign or name.startswith("#"):
            continue
        found[name.replace("export ", "", 1).strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and value.endswith(value[0]) and len(value) > 1:
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()


@dataclass(frozen=True)
class Surroundings:
    """Where the project lies and the settings that are in force there."""

    root: Path
    settings: Mapping[str, str]
    # The Python that runs the set-up, and folders where Pythons stand though no PATH names them.
    interpreter: Path = Path(sys.executable)
    usual: Sequence[Path] = (Path("/usr/local/bin"), Path("/opt/homebrew/bin"))

    @classmethod
    def of(cls, root: Path) -> Surroundings:
        return cls(root, {**read_dotenv(root / ".env"), **os.environ})

    @property
    def tools(self) -> Path:
        """Programs that the set-up fetched for itself."""
        return self.root / "var" / "tools"

    @property
    def log(self) -> Path:
        return self.root / "var" / "log" / "bootstrap.log"

    def setting(self, name: str) -> str | None:
        """A setting's value; an empty one counts as absent, as it stands so in .env.example."""
        return self.settings.get(name) or None

    @property
    def folders(self) -> list[Path]:
        """The folders of PATH, in order."""
        return [Path(folder) for folder in self.settings.get("PATH", "").split(os.pathsep) if folder]
