"""The webhook's 200: at an even rate while the bot works, and as many as it takes, against the bare route."""

from __future__ import annotations

import asyncio

from bench.figures import Figure, Found, milliseconds
from bench.floors import bare_route
from bench.lab import Lab
from bench.load import Webhook, as_fast_as_taken, delivery, evenly
from bench.twin import platform
from bot.supervisor.ports import free_port

TITLE = "Acknowledging"
FAQ = "jaki jest numer infolinii?"
RATE, SECONDS, PEOPLE = 200, 8.0, 100
AT_ONCE, TAKING_SECONDS = 32, 4.0
RUNS = 3


def _body(n: int) -> bytes:
    return delivery(str(960_000 + n % PEOPLE), FAQ)


async def measure(lab: Lab) -> Found:
    p50s, p99s = await _while_it_works(lab)
    ours, bare = await _as_many_as_it_takes(lab)
    shares = [100 * one / other for one, other in zip(ours, bare, strict=True)]
    return Found(
        [
            Figure(f"200 after, p99, {RATE} events/s, the bot working", "ms", p99s, must=50, aim=20),
            Figure("acknowledged a second, of the bare route", "%", shares, must=70, aim=90, more_is_better=True),
        ],
        [
            Figure(f"200 after, p50, {RATE} events/s, the bot working", "ms", p50s),
            Figure("acknowledged a second, ours", "/s", ours, more_is_better=True),
            Figure("acknowledged a second, bare route", "/s", bare, more_is_better=True),
        ],
    )


async def _while_it_works(lab: Lab) -> tuple[list[float], list[float]]:
    port, p50s, p99s = free_port(), [], []
    async with platform(f"http://127.0.0.1:{port}/webhook") as page:
        for n in range(PEOPLE):
            page.let_write(str(960_000 + n))
        with lab.product(page.graph_url, rasas=lab.rasa(), ports=[port]) as product:
            webhook = Webhook(product.urls[0])
            await evenly([webhook], 20, 1, _body)
            for _ in range(RUNS):
                seconds = await evenly([webhook], RATE, SECONDS, _body)
                p50s.append(milliseconds(seconds, 0.5))
                p99s.append(milliseconds(seconds, 0.99))
            webhook.close()
    return p50s, p99s


async def _as_many_as_it_takes(lab: Lab) -> tuple[list[float], list[float]]:
    """In turn, a run of ours and one of the floor, so that both feel the machine alike; nobody handles what came."""
    ours: list[float] = []
    bare: list[float] = []
    with bare_route(lab) as floor, lab.product("http://127.0.0.1:9", rasas=lab.rasa(), workers=0) as product:
        webhooks = Webhook(product.urls[0]), Webhook(floor)
        for webhook in webhooks:
            await as_fast_as_taken(webhook, AT_ONCE, 1, _body)
        for _ in range(RUNS):
            for webhook, rates in zip(webhooks, (ours, bare), strict=True):
                rates.append(await as_fast_as_taken(webhook, AT_ONCE, TAKING_SECONDS, _body))
                await asyncio.sleep(0.2)
        for webhook in webhooks:
            webhook.close()
    return ours, bare
