"""A measured figure: every run of it, what it must be and should be; and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`runs`: one value a run. `must` and `aim` are limits: upper ones, or lower ones where `more_is_better`."""

    name: str
    unit: str
    runs: Sequence[float]
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def meets(self, limit: float | None) -> bool | None:
        if limit is None:
            return None
        return self.median >= limit if self.more_is_better else self.median <= limit

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "median": round(self.median, 4),
            "least": round(min(self.runs), 4),
            "most": round(max(self.runs), 4),
            "runs": [round(run, 4) for run in self.runs],
            "must": self.must,
            "aim": self.aim,
            "more_is_better": self.more_is_better,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What one measurement found: figures with a promise, and what else is worth knowing beside them."""

    figures: list[Figure]
    beside: list[Figure] = field(default_factory=list)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(values: Sequence[float], share: float) -> float:
    """Of seconds."""
    return percentile(values, share) * 1000


def machine() -> dict[str, Any]:
    """What the figures depend on; no name and no path of it."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int((_first("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1024 / 1024, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
    }


def _first(file: str, name: str) -> str | None:
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
