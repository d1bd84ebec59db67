"""Asks pip-audit whether anything that the app's image holds has a known fault; says so when it cannot be asked.

pip-audit is no dependency of ours: whoever has it on the PATH (CI, a maintainer's machine) and reaches its source has
the check. Without either it is "not checked", which fails nothing and is seen in every run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = ROOT / "requirements" / "product.txt"
LONGEST_S = 90


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults`: "name version: advisory (fixed in …)". `unchecked`: why nobody could be asked."""

    checked: int = 0
    faults: list[str] = field(default_factory=list)
    unchecked: str = ""

    def __str__(self) -> str:
        if self.unchecked:
            return f"advisories: NOT CHECKED ({self.unchecked})"
        told = "".join(f"\n  {fault}" for fault in self.faults)
        return f"advisories: {len(self.faults)} known faults in {self.checked} packages{told}"


def ask(program: str | None, pinned: Path = PINNED, longest_s: float = LONGEST_S) -> Verdict:
    """What pip-audit says of the pinned packages."""
    if program is None:
        return Verdict(unchecked="pip-audit is not on the PATH")
    line = [program, "--requirement", str(pinned), "--disable-pip", "--require-hashes", "--format", "json"]
    try:
        done = subprocess.run(
            [*line, "--progress-spinner", "off"], capture_output=True, text=True, timeout=longest_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Verdict(unchecked=f"pip-audit: {type(error).__name__}")
    return read(done.stdout)


def read(answer: str) -> Verdict:
    """pip-audit's JSON; anything else means that its source was not reached."""
    try:
        packages = json.loads(answer)["dependencies"]
        known = [package for package in packages if "vulns" in package]
        faults = [_line(package, fault) for package in known for fault in package["vulns"]]
    except (ValueError, KeyError, TypeError):
        return Verdict(unchecked="the source of advisories was not reached")
    return Verdict(len(known), faults) if known else Verdict(unchecked="nothing was looked up")


def _line(package: dict[str, str], fault: dict[str, list[str]]) -> str:
    fixed = ", ".join(fault.get("fix_versions") or ()) or "no version yet"
    return f"{package['name']} {package['version']}: {fault['id']} (fixed in {fixed})"


def main() -> int:
    verdict = ask(shutil.which("pip-audit"))
    print(verdict, flush=True)
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
