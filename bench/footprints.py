"""What processes hold and use, read from /proc: memory without counting shared pages twice, and processor time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def megabytes(processes: Iterable[subprocess.Popen[bytes]]) -> float:
    """Proportional set size of the processes together: a page that two of them share counts as a half for each."""
    return sum(_kilobytes(process.pid) for process in processes) / 1024


def _kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def processor_seconds(pid: int) -> float:
    """User and system time of the process and all its threads, hundredths of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
