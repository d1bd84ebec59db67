"""One customer's answer, webhook to the Send call at the platform, over a bare turn of the same Rasa; and how it grows.

The bare turn is what a caller of Rasa's REST channel waits: the same sentence and the same metadata at the same pace, a
new sender as often as the product begins a new session.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from bench.figures import Figure, Found, milliseconds, percentile
from bench.lab import Lab
from bench.load import Webhook, one_after_the_other
from bench.twin import platform
from bot.settings import Settings
from bot.simulator.posting import Poster
from bot.supervisor.ports import free_port

TITLE = "Answering one customer"
FAQ = "jaki jest numer infolinii?"
RUNS, TURNS = 3, 80
SESSION: int = Settings.model_fields["session_turns"].default
LONG, EARLY, LATE = 610, slice(5, 16), slice(590, 610)
PAUSE_S = 0.02


async def measure(lab: Lab) -> Found:
    rasa, port = lab.rasa()[0], free_port()
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    async with platform(f"http://127.0.0.1:{port}/webhook") as page:
        with lab.product(page.graph_url, rasas=[rasa], ports=[port]) as product:
            webhook = Webhook(product.urls[0])
            await one_after_the_other(webhook, page, "940000", [FAQ] * SESSION, PAUSE_S)
            for n in range(RUNS):
                bare.append(await bare_turns(rasa, f"bare{time.time_ns()}", TURNS, PAUSE_S))
                ours.append(await one_after_the_other(webhook, page, str(940_001 + n), [FAQ] * TURNS, PAUSE_S))
            long = await one_after_the_other(webhook, page, "940100", [FAQ] * LONG)
            webhook.close()
    over = [milliseconds(one, 0.5) - milliseconds(other, 0.5) for one, other in zip(ours, bare, strict=True)]
    growth = percentile(long[LATE], 0.5) / percentile(long[EARLY], 0.5)
    return Found(
        [
            Figure("answer over a bare Rasa turn, p50", "ms", over, must=12, aim=6),
            Figure("turn 600 of a conversation against turn 10", "×", [growth], must=1.3, aim=1.1),
        ],
        [
            Figure("answer, p50", "ms", [milliseconds(run, 0.5) for run in ours]),
            Figure("answer, p95", "ms", [milliseconds(run, 0.95) for run in ours]),
            Figure("bare Rasa turn, p50", "ms", [milliseconds(run, 0.5) for run in bare]),
            Figure("bare Rasa turn, p95", "ms", [milliseconds(run, 0.95) for run in bare]),
        ],
    )


async def bare_turns(rasa: str, sender: str, count: int, pause: float = 0.0) -> list[float]:
    """Seconds of each turn at the REST channel, one after the other, with a rest in between as a customer makes it."""
    poster, seconds = Poster(f"{rasa}/webhooks/rest/webhook", 60), []
    for n in range(count):
        body = turn_body(f"{sender}.{n // SESSION}", f"{sender}_{n}")
        start = time.perf_counter()
        await poster.post(body, {"Content-Type": "application/json"})
        seconds.append(time.perf_counter() - start)
        await asyncio.sleep(pause)
    poster.close()
    return seconds


def turn_body(sender: str, mid: str) -> bytes:
    """As the worker asks."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    metadata: dict[str, Any] = {
        "mid": mid,
        "now": now,
        "command": None,
        "attachments": [],
        "known": {},
        "restore": None,
        "event": None,
    }
    return json.dumps({"sender": sender, "message": FAQ, "metadata": metadata}).encode()
