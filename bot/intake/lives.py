"""A worker's place on this machine: who takes it knows for certain that whoever had it before is dead.

Without it the conversations of a worker that died wait until its leases end. A place is a file with a name of its own
in it, which a living process keeps locked; the system lets the lock go with the process and with nothing else, so that
a worker that merely sleeps keeps its place. Leases are held under the place's name and the process' own. Machines do
not share places, because a lock seen over a network says less. Should a lease be ended wrongly all the same, SQL
refuses what its holder still writes, as it does when a lease ran out.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from bot.logs import logger

log = logger("worker")

# More workers than this on one machine go on without a place.
MOST_PLACES = 64
_NAME = re.compile(rb"[0-9a-f]{16}\n")


@dataclass(frozen=True, slots=True)
class Life:
    """Whom leases belong to: one process at its place. Without a place it has no successor that would know of it."""

    place: str
    name: str
    # Kept open: the lock lasts as long as this process.
    file: int | None = None

    def leave(self) -> None:
        """Let the place go, as the end of the process does."""
        if self.file is not None:
            os.close(self.file)


NOBODY = Life("", "")


def begin(folder: Path) -> Life:
    """Take the first place of this machine, with a file in `folder`, that nobody living has."""
    process = secrets.token_hex(8)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(MOST_PLACES):
            file = os.open(folder / f"worker-{socket.gethostname()}-{number}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            place = _name_of(file)
            return Life(place, f"{place}:{process}", file)
    except OSError as error:
        # A folder that cannot be written to, or has no locks: leases end by themselves.
        log.warning("no_place", error=type(error).__name__)
    return Life("", process)


def _name_of(file: int) -> str:
    name = os.pread(file, 32, 0)
    if not _NAME.fullmatch(name):
        name = f"{secrets.token_hex(8)}\n".encode()
        os.ftruncate(file, 0)
        os.pwrite(file, name, 0)
    return name.decode().strip()
