"""`make bench`: every measurement on this machine; `ARGS="storm desk"` takes some of them.

What is measured under load (bench/fire) shares one laboratory, whose Rasas start slowly, and is written to docs/bench;
the others are programs of their own and print.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from bench.figures import machine

HERE = Path(__file__).parent
PROGRAMS = ("answers", "desk", "language", "nlu", "reports")
# MASSIVE needs data that does not lie in the project, and the fire measures what turns does: they are run by name.
BY_NAME_ONLY = ("massive", "turns")


def main(names: list[str]) -> int:
    from bench.fire.course import MEASUREMENTS, run

    unknown = set(names) - {*MEASUREMENTS, *PROGRAMS, *BY_NAME_ONLY}
    if unknown:
        print(f"no such measurement: {', '.join(sorted(unknown))}. There are {', '.join((*MEASUREMENTS, *PROGRAMS))}")
        return 2
    on = machine()
    print(f"{on['cores']} cores of {on['cpu']}, {on['memory_gb']} GB, Python {on['python']}, load {on['load_before']}")
    failed = False
    under_fire = [name for name in MEASUREMENTS if not names or name in names]
    if under_fire:
        failed |= not asyncio.run(run(under_fire))
    for name in names or PROGRAMS:
        if name not in MEASUREMENTS:
            print(f"\n== {name}", flush=True)
            ran = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False)
            failed |= ran.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
