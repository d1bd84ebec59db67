"""Agents take conversations while the assistant is in the middle of them: afterwards it says nothing more."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import webhook
from bot.errors import Refused
from bot.settings import Settings
from bot.store import agents, conversations
from bot.store.agents import Agent
from bot.store.database import Tx
from handoff.accounts import ensure_demo_agents
from handoff.desk import Desk
from tests.faults.crowd import from_page
from tests.faults.judgement import Verdict
from tests.faults.laboratory import Laboratory
from tests.faults.scenario import Course, Scenario
from tests.faults.scripts import BURST, CLAIM, COMPLAINT, QUESTIONS
from tests.system.product import PAGE


@asynccontextmanager
async def desk(lab: Laboratory) -> AsyncIterator[tuple[Desk, Agent]]:
    """The console's half of the product, as a third process would have it, and an agent."""
    values = {name.removeprefix("DYZURNY_").lower(): value for name, value in lab.env.items() if "DYZURNY" in name}
    tokens = json.loads(values.pop("page_tokens"))
    made = webhook.compose(Settings(_env_file=None, page_tokens=tokens, **values))  # type: ignore[arg-type]

    def anna(tx: Tx) -> Agent | None:
        ensure_demo_agents(tx, 1)
        return agents.find_by_login(tx, "anna")

    try:
        agent = await made.database.run(anna)
        assert agent is not None
        yield made.desk, agent
    finally:
        await made.close()


async def take_over(course: Course) -> None:
    """Every third customer who is in the middle of something gets an agent, while answers are on their way."""
    rng = random.Random(29)
    wanted = course.dialogues // 3
    taken = 0
    async with desk(course.lab) as (console, anna):
        for _ in range(wanted * 20):
            if taken >= wanted:
                break
            await asyncio.sleep(0.2)
            talking = [c for c in course.crowd.customers if c.is_talking and c.taken_at is None]
            talking = [c for c in talking if from_page(course.lab, c.psid)]
            if not talking:
                continue
            customer = rng.choice(talking)
            try:
                await console.take(anna, f"{PAGE}:{customer.psid}")
            except Refused:
                # A person has them already.
                continue
            customer.taken_at = course.lab.twin.clock.now()
            await console.answer(anna, f"{PAGE}:{customer.psid}", f"Sprawa {customer.number}.", key=customer.psid)
            taken += 1
    course.remarks.append(f"{taken} taken over")


async def staff_writes(course: Course) -> None:
    """Staff answers in the Page Inbox, which takes the thread: the assistant is silent from then on."""
    rng = random.Random(31)
    wanted = course.dialogues // 3
    taken = 0
    for _ in range(wanted * 20):
        if taken >= wanted:
            break
        await asyncio.sleep(0.2)
        talking = [c for c in course.crowd.customers if c.is_talking and c.taken_at is None]
        talking = [c for c in talking if from_page(course.lab, c.psid)]
        if talking:
            customer = rng.choice(talking)
            customer.taken_at = course.lab.twin.clock.now()
            course.lab.twin.inbox_writes(customer.psid, f"Tu dział obsługi, sprawa {customer.number}.")
            taken += 1
    course.remarks.append(f"{taken} taken by the Page Inbox")


async def owned_elsewhere(course: Course, verdict: Verdict) -> None:
    for customer in course.crowd.customers:
        if customer.taken_at is not None:
            id = f"{PAGE}:{customer.psid}"
            found = await course.lab.database.read(lambda tx, id=id: conversations.find(tx, id))  # type: ignore[misc]
            if found is None or found.owner != "elsewhere":
                verdict.fault("wrong voice", customer, f"owned by {found.owner if found else None}")


_CALM = (QUESTIONS, COMPLAINT, BURST, CLAIM)

SCENARIOS = (
    Scenario("staff answers in the Page Inbox", staff_writes, workers=2, scripts=_CALM, also=owned_elsewhere),
    Scenario("agents take over in the middle", take_over, workers=2, scripts=_CALM),
)
