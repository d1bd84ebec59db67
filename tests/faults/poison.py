"""An event that no worker can handle, or survive: it is set aside, and the conversation goes on behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
from sqlalchemy import func, select

from bot.clock import epoch_ms, utc_now
from bot.messenger.event import Event, EventKind
from bot.store.schema import set_aside
from bot.store.times import to_ms
from tests.faults.judgement import Verdict
from tests.faults.scenario import Course, Scenario
from tests.system.product import PAGE

_MOST_AT_ONCE = 20
DEADLY = "zapalnik"


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


def deadly_letter(psid: str, key: str) -> bytes:
    """A message like any other; with its text in hand a worker dies, as of a library's fault or of want of memory."""
    now = utc_now()
    event = Event(EventKind.MESSAGE, PAGE, psid, now, key, mid=f"m-{key}", text=DEADLY)
    return orjson.dumps({"event": event.to_dict(), "taken_at": to_ms(now), "key": key})


async def deadly(course: Course) -> None:
    """Into the mailbox of one who is in the middle; until it is set aside, it kills all that begin with it."""
    redis = course.lab.client()
    try:
        customer = None
        while customer is None:
            await asyncio.sleep(1)
            customer = next((c for c in course.crowd.customers if c.mids and c.is_talking), None)
        conversation = f"{PAGE}:{customer.psid}"
        mailbox = f"dyzurny:mail:{conversation}"
        await redis.lpush(mailbox, deadly_letter(customer.psid, f"poison:{customer.psid}"))
        await redis.zadd("dyzurny:lane:in:due", {conversation: epoch_ms()})
        deaths = sum(part.deaths for part in course.lab.of("worker"))
        await eventually_read(course, lambda found: found > 0)
        course.remarks.append(f"{sum(part.deaths for part in course.lab.of('worker')) - deaths} deaths")
    finally:
        await redis.aclose()
    course.remarks.append("1 poisoned")


async def eventually_read(course: Course, holds: Callable[[int], bool], seconds: float = 180) -> None:
    """Until the number of those set aside is as wanted."""
    async with asyncio.timeout(seconds):
        while True:
            found = await course.lab.database.read(lambda tx: tx.scalar(select(func.count()).select_from(set_aside)))
            if holds(found or 0):
                return
            await asyncio.sleep(0.5)


async def set_aside_whole(course: Course, verdict: Verdict) -> None:
    """Every one of them is on the list, and nothing else is."""
    found = await course.lab.database.read(lambda tx: tx.scalar(select(func.count()).select_from(set_aside)))
    (wanted,) = (int(remark.split()[0]) for remark in course.remarks if remark.endswith(" poisoned"))
    if found != wanted:
        verdict.fault("lost", "the list of what was set aside", f"{found} of {wanted}")


SCENARIOS = (
    Scenario("poison event", poison, also=set_aside_whole, sets_aside=True),
    Scenario(
        "event that kills its workers",
        deadly,
        workers=2,
        settings={"DYZURNY_FAILPOINT": f"loaded:*:{DEADLY}"},
        also=set_aside_whole,
        sets_aside=True,
        # Who writes behind it, or was in hand with it each time, waits for the leases of the dead.
        excuses=("late",),
    ),
)
