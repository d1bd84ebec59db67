"""Servers that tests start: they end with the test run, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.supervisor import guard, launch

ROOT = Path(__file__).resolve().parents[2]


class Processes:
    """Starts servers in groups of their own, under the product's own guard, and ends them last first."""

    def __init__(self, book: int) -> None:
        self._book = book
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a server in the project's folder with its output in `log`; `env` is added to the environment."""
        log.parent.mkdir(parents=True, exist_ok=True)
        bare = (sys.executable, "-I", "-S", launch.__file__, str(self._book))
        with log.open("ab") as output:
            started = subprocess.Popen(
                [*bare, *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                pass_fds=(self._book,),
                start_new_session=True,
            )
        self._started.append(started)
        return started

    @property
    def last(self) -> subprocess.Popen[bytes]:
        """The server that was started last."""
        return self._started[-1]

    def end(self, child: subprocess.Popen[bytes], grace_seconds: float = 10) -> None:
        """Ask a server to stop; kill it when its grace is over."""
        child.terminate()
        try:
            child.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def end_all(self) -> None:
        for child in reversed(self._started):
            self.end(child)


@contextmanager
def processes() -> Iterator[Processes]:
    """The processes of one test run."""
    reading, book = os.pipe()
    command = [sys.executable, "-I", "-S", guard.__file__]
    with subprocess.Popen(command, stdin=reading, start_new_session=True) as watching:
        os.close(reading)
        running = Processes(book)
        try:
            yield running
        finally:
            running.end_all()
            os.close(book)
            watching.wait()


def until(serves: Callable[[], bool], child: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Return when `serves` says so; fail with the log's end if the server dies or needs longer than `seconds`."""
    for _ in range(round(seconds / 0.1)):
        if serves():
            return
        try:
            child.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise AssertionError(f"The server in {log.name} does not serve (exit code {child.poll()}):\n{said}")
