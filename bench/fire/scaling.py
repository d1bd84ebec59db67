"""Two webs, three workers, one Redis and PostgreSQL, with one Rasa and with two: turns a second, Graph call 120 ms.

Growth needs cores: on two of them everything shares what one Rasa already uses, and the figure says so.
"""

from __future__ import annotations

from bench.figures import Figure, Found
from bench.floors import has_postgresql, postgresql
from bench.lab import Lab
from bench.load import Webhook, crowd
from bench.twin import platform
from bot.supervisor.ports import free_port

TITLE = "Scaling out"
FAQ = "jaki jest numer infolinii?"
LATENCY_S, CUSTOMERS = 0.12, 64
RUNS, SECONDS = 3, 8.0


async def measure(lab: Lab) -> Found:
    if not has_postgresql():
        print("scaling: left out, no PostgreSQL was found (apt install postgresql)")
        return Found([])
    one, two = [await _turns(lab, rasas) for rasas in (1, 2)]
    growth = [100 * more / less for more, less in zip(two, one, strict=True)]
    shape = "2 webs, 3 workers, PostgreSQL"
    return Found(
        [],
        [
            Figure(f"{shape}, 1 Rasa", "turns/s", one, more_is_better=True),
            Figure(f"{shape}, 2 Rasas", "turns/s", two, more_is_better=True),
            Figure("two Rasas of one", "%", growth, more_is_better=True),
        ],
    )


async def _turns(lab: Lab, rasas: int) -> list[float]:
    ports = [free_port(), free_port()]
    with postgresql(lab) as database_url:
        async with platform(f"http://127.0.0.1:{ports[0]}/webhook") as page:
            page.latency = LATENCY_S
            urls = lab.rasa(rasas)
            with lab.product(page.graph_url, rasas=urls, database_url=database_url, ports=ports, workers=3) as product:
                webhooks = [Webhook(url) for url in product.urls]
                await crowd(webhooks, page, [str(980_000 + n) for n in range(8)], FAQ, 2)
                rates = []
                for run in range(RUNS):
                    people = [str(981_000 + 100 * run + n) for n in range(CUSTOMERS)]
                    rates.append((await crowd(webhooks, page, people, FAQ, SECONDS))[0])
                for webhook in webhooks:
                    webhook.close()
    return rates
