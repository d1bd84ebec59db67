"""Turns a second end to end, many customers at once: ours against Rasa's own Messenger channel, same model, same twin.

Each customer writes again when answered. With a Graph call of 120 ms and with one of none; at none also with two Rasas.
A server that hangs on each Graph call takes turns one by one; its customers' waits are shown beside.
"""

from __future__ import annotations

from bench.figures import Figure, Found, percentile
from bench.floors import rasa_channel
from bench.lab import Lab
from bench.load import Webhook, crowd
from bench.twin import platform
from bot.supervisor.ports import free_port

TITLE = "Against Rasa's own channel"
FAQ = "jaki jest numer infolinii?"
LATENCY_S = 0.12
CUSTOMERS = 32
RUNS, SECONDS = 3, 8.0
PEOPLE = [str(970_000 + n) for n in range(CUSTOMERS)]

Runs = list[tuple[float, list[float]]]


async def measure(lab: Lab) -> Found:
    slow, quick = await _theirs(lab)
    ours_slow, ours_quick = await _ours(lab, 1, (LATENCY_S, 0.0))
    (ours_two,) = await _ours(lab, 2, (0.0,))
    return Found(
        [
            Figure("Graph 120 ms: turns a second against Rasa's", "×", _against(ours_slow, slow), 25, 55, True),
            Figure("Graph 0 ms: turns a second against Rasa's", "×", _against(ours_quick, quick), 1.5, None, True),
        ],
        [
            Figure("Graph 0 ms, two Rasas, against Rasa's", "×", _against(ours_two, quick), None, 2, True),
            Figure("Graph 120 ms: Rasa's channel", "turns/s", _rates(slow), more_is_better=True),
            Figure("Graph 120 ms: ours", "turns/s", _rates(ours_slow), more_is_better=True),
            Figure("Graph 0 ms: Rasa's channel", "turns/s", _rates(quick), more_is_better=True),
            Figure("Graph 0 ms: ours", "turns/s", _rates(ours_quick), more_is_better=True),
            Figure("Graph 0 ms: ours, two Rasas", "turns/s", _rates(ours_two), more_is_better=True),
            Figure("Graph 120 ms: a customer of Rasa's waits, p50", "s", _waits(slow)),
            Figure("Graph 120 ms: a customer of ours waits, p50", "s", _waits(ours_slow)),
        ],
    )


async def _theirs(lab: Lab) -> tuple[Runs, Runs]:
    async with platform() as page:
        with rasa_channel(lab, page.graph_url) as url:
            webhook = Webhook(url)
            await crowd([webhook], page, PEOPLE, FAQ, 1)
            found: list[Runs] = []
            for latency in (LATENCY_S, 0.0):
                page.latency = latency
                found.append([await crowd([webhook], page, PEOPLE, FAQ, SECONDS) for _ in range(RUNS)])
            webhook.close()
    return found[0], found[1]


async def _ours(lab: Lab, rasas: int, latencies: tuple[float, ...]) -> list[Runs]:
    port = free_port()
    async with platform(f"http://127.0.0.1:{port}/webhook") as page:
        with lab.product(page.graph_url, rasas=lab.rasa(rasas), ports=[port]) as product:
            webhook = Webhook(product.urls[0])
            # Everybody's first answer introduces the assistant as well, and creates what is kept of them: not counted.
            await crowd([webhook], page, PEOPLE, FAQ, 2)
            found: list[Runs] = []
            for latency in latencies:
                page.latency = latency
                found.append([await crowd([webhook], page, PEOPLE, FAQ, SECONDS) for _ in range(RUNS)])
            webhook.close()
    return found


def _rates(runs: Runs) -> list[float]:
    return [rate for rate, _ in runs]


def _waits(runs: Runs) -> list[float]:
    return [percentile(waits, 0.5) if waits else SECONDS for _, waits in runs]


def _against(ours: Runs, theirs: Runs) -> list[float]:
    """Run by run; a run in which they answered nobody counts as one answer."""
    return [one / max(other, 1 / SECONDS) for one, other in zip(_rates(ours), _rates(theirs), strict=True)]
