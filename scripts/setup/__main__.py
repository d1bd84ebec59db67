"""`scripts/bootstrap [run|test|check]`: brings the machine to where that can start; a second time it does nothing."""

from __future__ import annotations

import fcntl
import sys
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from scripts.setup import browser, environments, redis, uv
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings


def prepare(purpose: str, around: Surroundings) -> None:
    """Make what `purpose` needs: `check` the app's environment, `run` Rasa's and Redis, `test` a browser as well."""

    @lru_cache(maxsize=None)
    def find_uv() -> Path:
        return uv.ensure(around)

    environments.ensure(environments.APP, around, find_uv)
    if purpose in ("run", "test"):
        environments.ensure(environments.RASA, around, find_uv)
        redis.ensure(around, find_uv)
    if purpose == "test":
        browser.ensure(around)


@contextmanager
def alone(around: Surroundings) -> Iterator[None]:
    """Hold the set-up's lock: two at a time would install over each other."""
    around.tools.mkdir(parents=True, exist_ok=True)
    with (around.tools / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this folder is going on; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Return the exit code; a fault is said in one sentence."""
    purpose = arguments[0] if arguments else "run"
    if purpose not in ("run", "test", "check"):
        print("Usage: scripts/bootstrap [run|test|check]", file=sys.stderr)
        return 2
    around = Surroundings.of(Path(__file__).resolve().parents[2])
    try:
        with alone(around):
            prepare(purpose, around)
    except SetupError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
