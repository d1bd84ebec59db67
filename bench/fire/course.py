"""Runs measurements one after the other in one laboratory and keeps what they found; one that fails stops no other."""

from __future__ import annotations

import time
import traceback
from collections.abc import Awaitable, Callable

from bench import report
from bench.figures import Found
from bench.fire import acknowledging, against_rasa, answering, costs, footprint, scaling, storm
from bench.lab import Lab, lab

Measure = Callable[[Lab], Awaitable[Found]]
_MODULES = {
    "footprint": footprint,
    "answering": answering,
    "costs": costs,
    "acknowledging": acknowledging,
    "storm": storm,
    "against_rasa": against_rasa,
    "scaling": scaling,
}
MEASUREMENTS: dict[str, Measure] = {name: module.measure for name, module in _MODULES.items()}
TITLES = {name: module.TITLE for name, module in _MODULES.items()}


async def run(names: list[str]) -> bool:
    """Whether every one of them could be measured; that a limit is missed is for the table to say."""
    well = True
    with lab() as place:
        for name in names:
            print(f"\n== {TITLES[name]} ({name})", flush=True)
            began = time.monotonic()
            try:
                found = await MEASUREMENTS[name](place)
            except Exception:
                traceback.print_exc()
                well = False
                continue
            figures = [figure.as_json() for figure in (*found.figures, *found.beside)]
            print("\n".join(report.table(figures)))
            print(f"took {time.monotonic() - began:.0f} s", flush=True)
            report.keep({name: found}, TITLES)
    return well
