"""Two small files that say which edition is in force and where each one's Rasa answers; decides nothing.

Each has one writer: `published.json` the command that publishes, `servers.json` whoever keeps the servers running.
Readers may look at any time; both are replaced in one step.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PUBLISHED, SERVERS = "published.json", "servers.json"


@dataclass(frozen=True)
class Published:
    """`former`: what was in force before, newest last, for going back. `leaving`: edition → ISO time it was left.

    `candidate`: an edition that is being tried. `chosen`: somebody published it, so a restart does not replace it by
    whatever the editors' folder holds.
    """

    current: str | None = None
    former: tuple[str, ...] = ()
    leaving: Mapping[str, str] = field(default_factory=dict)
    candidate: str | None = None
    chosen: bool = False

    def named(self) -> set[str]:
        """Every edition that somebody may still need."""
        return {name for name in (self.current, self.candidate, *self.former, *self.leaving) if name}


@dataclass(frozen=True)
class Servers:
    """`urls`: edition → address of a Rasa that serves it. `failed`: edition → why there is none."""

    urls: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


def read_published(editions: Path) -> Published:
    raw = _read(editions / PUBLISHED)
    return Published(**{**raw, "former": tuple(raw.get("former", ()))}) if raw else Published()


def read_servers(editions: Path) -> Servers:
    return Servers(**_read(editions / SERVERS))


def write_published(editions: Path, published: Published) -> None:
    _write(editions / PUBLISHED, asdict(published))


def write_servers(editions: Path, servers: Servers) -> None:
    _write(editions / SERVERS, asdict(servers))


def stamp(editions: Path) -> tuple[int, ...]:
    """Changes whenever one of the files does."""
    return tuple(_stamp(editions / name) for name in (PUBLISHED, SERVERS))


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)
