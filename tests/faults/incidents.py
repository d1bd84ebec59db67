"""An outage: everybody asks about it at once while a worker dies; each hears of it once, and once that it is over."""

from __future__ import annotations

import asyncio
from collections import Counter

from bot.simulator.faults import parse_faults
from bot.store import incidents
from bot.store.times import to_ms
from handoff import incidents as declaring
from handoff.incidents import Draft
from tests.faults.crowd import from_page
from tests.faults.judgement import Verdict
from tests.faults.scenario import Course, Scenario
from tests.faults.scripts import Line, Script
from tests.faults.voices import desk

KEY = "laboratory-incident"
DRAFT = Draft(
    key=KEY,
    name="Infolinia nie działa",
    text="Infolinia chwilowo nie działa. [Może Pan] napisać tutaj.",
    waiting_text="Wiemy o awarii infolinii.",
    over_text="Infolinia znów działa.",
    intents=("faq/infolinia",),
    departments=("obsluga",),
)
_ASKS = Line("jaki jest numer infolinii?", ("utter_faq/infolinia",))
_ELSE = Line("w jakich godzinach pracujecie?", ("utter_faq/godziny_otwarcia",))
# Two and a half messages a customer: two thousand customers write five thousand.
SCRIPTS = (
    Script("pyta dwa razy", (_ASKS, _ELSE, _ASKS)),
    Script("pyta naraz", (_ASKS, _ASKS), burst=True),
)
SETTLED_S = 120


async def outage(course: Course) -> None:
    """Declared first, then everybody comes at once; some webhooks come twice, and a worker dies in the middle."""
    lab = course.lab
    lab.twin.set_faults(parse_faults({"duplicate_webhook_rate": 0.1}))
    async with desk(lab) as (console, anna):
        texts = console.floor.names
        now = to_ms(console.floor.clock())
        await console.database.run(lambda tx: declaring.declare(tx, texts, anna, DRAFT, now))
    # A worker may trust for a second what it knew of incidents.
    await asyncio.sleep(1.5)
    coming = [course.crowd.come(SCRIPTS) for _ in range(course.dialogues - len(course.crowd.customers))]
    await asyncio.sleep(3)
    lab.kill(lab.of("worker")[0])
    await asyncio.gather(*coming)


async def told_once(course: Course, verdict: Verdict) -> None:
    """After the crowd was judged: end it, and count what each customer heard of it."""
    lab = course.lab
    async with desk(lab) as (console, anna):
        texts, now = console.floor.names, to_ms(console.floor.clock())
        found = await console.database.read(lambda tx: incidents.latest(tx, 1))
        id = found[0].id
        await console.database.run(lambda tx: declaring.end(tx, texts, anna, id, "", now))
        for _ in range(SETTLED_S * 2):
            current = await console.database.read(lambda tx: incidents.find(tx, id))
            if current is not None and current.settled_at is not None:
                break
            await asyncio.sleep(0.5)
    await lab.quiet()
    for customer in course.crowd.customers:
        heard = Counter(
            (m.metadata or "").split(":")[2] for m in from_page(lab, customer.psid) if _is_about_it(m.metadata)
        )
        for when, count in {"told": heard["first"] + heard["waiting"], "over": heard["over"]}.items():
            if count != 1:
                verdict.fault("lost" if count == 0 else "doubled", customer, f"{when} {count} times")
    messages = sum(len(customer.mids) for customer in course.crowd.customers)
    dots = sum(len(shown) for shown in lab.bell.dots.values())
    course.remarks.append(f"{messages} messages of {len(course.crowd.customers)} customers, dots shown {dots} times")


def _is_about_it(metadata: str | None) -> bool:
    return (metadata or "").startswith("incident:")


SCENARIOS = (
    Scenario(
        "an outage everybody asks about",
        outage,
        workers=2,
        scripts=SCRIPTS,
        patience_s=600,
        overwhelms=True,
        also=told_once,
    ),
)
"""`make faults ARGS="outage --dialogues 2000"` is the storm of five thousand messages."""
