"""Runs one long step: progress on the terminal, output in a log, its failure explained in one sentence."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Mapping, Sequence

from scripts.setup.faults import SetupError

# What uv, pip and apt say when they cannot reach a server.
_NO_NETWORK = (
    "dns error",
    "failed to lookup",
    "temporary failure",
    "could not resolve",
    "name or service not known",
    "connection refused",
    "connect error",
    "client error (connect)",
    "network is unreachable",
    "timed out",
    "newconnectionerror",
    "tunnel",
)
_QUIET_SECONDS = 30.0


def run(what: str, command: Sequence[str], log: Path, env: Mapping[str, str], cwd: Path) -> None:
    """Run `command`, showing `what` and the seconds it takes; SetupError, with the remedy, if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        begin = output.tell()
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=str(cwd),
        )
        try:
            _show_until_done(what, child, log)
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if child.returncode != 0:
        raise SetupError(_explanation(what, log, begin))


def _show_until_done(what: str, child: subprocess.Popen[bytes], log: Path) -> None:
    terminal = sys.stdout.isatty()
    start, said = time.monotonic(), 0.0
    if not terminal:
        print(f"{what} …", flush=True)
    while True:
        try:
            child.wait(timeout=0.25 if terminal else 1.0)
            break
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - start
        if terminal:
            print(f"\r\033[K{what} … {elapsed:.0f} s  {_last_line(log)[:60]}", end="", flush=True)
        elif elapsed - said >= _QUIET_SECONDS:
            said = elapsed
            print(f"{what} … {elapsed:.0f} s  {_last_line(log)[:60]}", flush=True)
    if child.returncode == 0:
        cleared = "\r\033[K" if terminal else ""
        print(f"{cleared}{what}: done in {time.monotonic() - start:.0f} s", flush=True)
    elif terminal:
        print(flush=True)


def _last_line(log: Path) -> str:
    with log.open("rb") as output:
        output.seek(0, 2)
        output.seek(max(0, output.tell() - 400))
        lines = output.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _explanation(what: str, log: Path, begin: int) -> str:
    with log.open("rb") as output:
        output.seek(begin)
        said = output.read().decode("utf-8", "replace").lower()
    if "no space left" in said:
        return f"{what} failed because the disk is full: free some space and try again."
    if "certificate" in said:
        return f"{what} failed over a certificate: set UV_SYSTEM_CERTS=1 or SSL_CERT_FILE and try again."
    if any(sign in said for sign in _NO_NETWORK):
        return f"{what} failed because the network cannot be reached: connect (or set HTTPS_PROXY) and try again."
    return f"{what} failed: its output is in {log}; correct what it names and try again."
