"""Deliveries come twice, late, out of order and in batches."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.simulator.faults import parse_faults
from tests.faults.proxy import Weather
from tests.faults.scenario import Course, Scenario
from tests.faults.scripts import CLAIM, COMPLAINT, QUESTIONS


def _faults(**faults: Any) -> Any:
    async def commit(course: Course) -> None:
        course.lab.twin.set_faults(parse_faults(faults))
        await asyncio.sleep(20 if course.long else 5)
        # To the end of the crowd: run() heals.

    return commit


async def answers_lost(course: Course) -> None:
    """Taken in, and the 200 is lost: Messenger delivers again."""
    for _ in range(8 if course.long else 2):
        await asyncio.sleep(1)
        await course.lab.webhook.set(Weather.DEAF)
        await asyncio.sleep(1.5)
        await course.lab.webhook.set(Weather.FAIR)


# Whoever writes without waiting cannot be judged by order where the platform itself changes it.
_ONE_BY_ONE = (QUESTIONS, COMPLAINT, CLAIM)

SCENARIOS = (
    Scenario("every webhook twice", _faults(duplicate_webhook_rate=1.0)),
    Scenario("webhooks late", _faults(webhook_delay_ms=[0, 1500])),
    Scenario("webhooks out of order", _faults(reorder_rate=0.3), scripts=_ONE_BY_ONE),
    Scenario("the webhook's answers are lost", answers_lost),
)
