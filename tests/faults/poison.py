"""An event that no worker can handle: it is set aside, and the conversation goes on behind it."""

from __future__ import annotations

import asyncio

import orjson
from sqlalchemy import func, select

from bot.clock import epoch_ms
from bot.store.schema import set_aside
from tests.faults.judgement import Verdict
from tests.faults.scenario import Course, Scenario
from tests.system.product import PAGE

_MOST_AT_ONCE = 20


def letter(key: str) -> bytes:
    """As a version of tomorrow might have written it into the mailbox."""
    event = {"kind": "never_heard_of", "key": key, "page_id": PAGE, "at": "2026-11-22T12:00:00+00:00"}
    return orjson.dumps({"event": event, "taken_at": epoch_ms(), "key": key})


async def poison(course: Course) -> None:
    """Into the mailboxes of customers who are in the middle of their dialogues."""
    redis = course.lab.client()
    poisoned = 0
    try:
        while poisoned < (course.dialogues // 2 if course.long else 6):
            await asyncio.sleep(1)
            for customer in [c for c in course.crowd.customers if c.mids and not c.gave_up][-_MOST_AT_ONCE:]:
                conversation, key = f"{PAGE}:{customer.psid}", f"poison:{customer.psid}:{poisoned}"
                await redis.lpush(f"dyzurny:mail:{conversation}", letter(key))
                await redis.zadd("dyzurny:lane:in:due", {conversation: epoch_ms()})
                poisoned += 1
    finally:
        await redis.aclose()
    course.remarks.append(f"{poisoned} poisoned")


async def set_aside_whole(course: Course, verdict: Verdict) -> None:
    """Every one of them is on the list, and nothing else is."""
    found = await course.lab.database.read(lambda tx: tx.scalar(select(func.count()).select_from(set_aside)))
    wanted = int(course.remarks[-1].split()[0])
    if found != wanted:
        verdict.fault("lost", "the list of what was set aside", f"{found} of {wanted}")


SCENARIOS = (Scenario("poison event", poison, also=set_aside_whole, sets_aside=True),)
