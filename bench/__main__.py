"""`make bench`: every measurement, one after the other, on this machine; `ARGS="turns"` runs one."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# MASSIVE needs data that does not lie in the project; it is run by name.
BY_NAME_ONLY = {"massive", "__main__", "__init__"}


def main(names: list[str]) -> int:
    chosen = names or sorted(path.stem for path in HERE.glob("*.py") if path.stem not in BY_NAME_ONLY)
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}")
    failed = False
    for name in chosen:
        print(f"\n== {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
