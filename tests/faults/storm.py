"""Many faults at once, because they meet in life: what each alone does not show."""

from __future__ import annotations

import asyncio
import random

from bot.simulator.faults import parse_faults
from tests.faults.proxy import Weather
from tests.faults.scenario import Course, Scenario


async def storm(course: Course) -> None:
    """Webhooks twice, echoes late, sends in doubt or refused, and every few seconds something dies or is cut off."""
    rng = random.Random(23)
    lab = course.lab
    lab.twin.set_faults(
        parse_faults(
            {
                "duplicate_webhook_rate": 0.3,
                "webhook_delay_ms": [0, 200],
                "echo_delay_ms": [0, 1500],
                "send_timeout_rate": 0.05,
                "send_error": {"code": 2, "rate": 0.05},
            }
        )
    )
    for n in range(30 if course.long else 5):
        await asyncio.sleep(rng.uniform(0.5, 2.0))
        match n % 5:
            case 0:
                lab.kill(rng.choice(lab.of("worker")))
            case 1:
                lab.kill(lab.parts["redis"])
            case 2:
                await lab.rasa.set(Weather.CUT)
                await asyncio.sleep(1)
                await lab.rasa.set(Weather.FAIR)
            case 3:
                lab.kill(rng.choice(lab.of("web")))
            case _:
                await lab.graph.set(Weather.CUT)
                await asyncio.sleep(1)
                await lab.graph.set(Weather.FAIR)


SCENARIOS = (Scenario("many faults at once", storm, workers=2, webs=2, settings={"DYZURNY_SEND_TIMEOUT": "PT2S"}),)
