"""Outlives the supervisor by a moment: ends its children if it dies without ending them itself (kill -9).

It runs as a process of its own, reads the supervisor's book of children from its standard input, `+pid` for one that
started and `-pid` for one that is gone, and knows by the end of that pipe that the supervisor is no more. This works
where there is no PR_SET_PDEATHSIG (macOS), reaches a child's own children, and gives Redis the time to close its file.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 8.0


def listen(lines: Iterable[str]) -> set[int]:
    """Keep the book until the pipe ends; return the process groups that are then still in it."""
    alive: set[int] = set()
    for line in lines:
        pid = int(line[1:])
        if line.startswith("+"):
            alive.add(pid)
        else:
            alive.discard(pid)
    return alive


def end(groups: Iterable[int], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask every process group to stop, then make those that did not."""
    left = [group for group in groups if _send(group, signal.SIGTERM)]
    until = time.monotonic() + grace_seconds
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = [group for group in left if _send(group, 0)]
    for group in left:
        _send(group, signal.SIGKILL)


def _send(group: int, sent: int) -> bool:
    """Whether the group was there to hear it; a group of zombies counts as gone where the system says so (macOS)."""
    try:
        os.killpg(group, sent)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    # Ctrl-C is for the supervisor; the guard ends when the pipe does.
    for unheard in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(unheard, signal.SIG_IGN)
    with contextlib.suppress(KeyboardInterrupt):
        end(listen(sys.stdin))


if __name__ == "__main__":
    main()
