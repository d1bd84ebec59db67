"""What the supervisor is told about one process: how to start it, where it writes, how to see that it serves."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LARGEST_LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """A process to keep alive.

    `ready` is asked again and again until it says yes; None: it counts as ready when it has started.
    `grace_seconds`: how long it may take to stop before it is killed.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    ready: Callable[[], Awaitable[bool]] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    grace_seconds: float = 10.0


def make_room(log: Path) -> None:
    """Put an overlong log aside as `NAME.log.1`, so that at most two are kept."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def how_it_ended(exit_code: int) -> str:
    """An exit code as the supervisor tells it: asyncio gives a signal as a negative number."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"


def last_words(log: Path, most: int = 300) -> str:
    """The last line of a log that is not empty, shortened to `most` characters."""
    if not log.is_file():
        return ""
    with log.open("rb") as written:
        written.seek(0, 2)
        written.seek(max(0, written.tell() - 4000))
        lines = written.read().decode("utf-8", "replace").splitlines()
    return next((line.strip()[:most] for line in reversed(lines) if line.strip()), "")
