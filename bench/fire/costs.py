"""Where a turn's time goes: what the worker waits for, and the processor time of every process, for one FAQ turn.

The worker runs with clocks around its doors (bench/clocked_worker.py); the clocks cost it little, but the figures are
for comparison with each other.
"""

from __future__ import annotations

import json

from bench.figures import Figure, Found
from bench.footprints import processor_seconds
from bench.lab import Lab
from bench.load import Webhook, one_after_the_other
from bench.twin import platform
from bot.supervisor.ports import free_port

TITLE = "Costs of a turn"
FAQ = "jaki jest numer infolinii?"
TURNS = 150
CLOCKED = ("-m", "bench.clocked_worker")


async def measure(lab: Lab) -> Found:
    port = free_port()
    async with platform(f"http://127.0.0.1:{port}/webhook") as page:
        with lab.product(page.graph_url, rasas=lab.rasa(), ports=[port], worker=CLOCKED) as product:
            webhook, file = Webhook(product.urls[0]), product.log / "clocks.json"
            await one_after_the_other(webhook, page, "930000", [FAQ] * 20, 0.02)
            pids = {"web": product.webs[0].pid, "worker": product.workers[0].pid}
            before = {name: processor_seconds(pid) for name, pid in pids.items()}
            await one_after_the_other(webhook, page, "930001", [FAQ] * TURNS, 0.02)
            used = {name: 1000 * (processor_seconds(pid) - before[name]) / TURNS for name, pid in pids.items()}
            webhook.close()
    clocks = json.loads(file.read_text(encoding="utf-8"))
    turns = clocks.pop("turns")
    waits = {name: 1000 * clock["seconds"] / turns for name, clock in clocks.items()}
    largest = sorted(waits, key=lambda name: -waits[name])
    return Found(
        [],
        [
            *(
                Figure(f"{rank + 1}. {name}", "ms a turn", [waits[name]], note=_often(clocks[name]["count"] / turns))
                for rank, name in enumerate(largest)
            ),
            *(Figure(f"processor time of the {name}", "ms a turn", [spent]) for name, spent in used.items()),
        ],
    )


def _often(times: float) -> str:
    return f"{times:.1f} times a turn; some of them after the answer has left, or beside another"
