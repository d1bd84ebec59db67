"""A storm: 5,000 messages from 2,000 customers in ten seconds, and agents who write into it.

Everybody must be acknowledged within a second, nobody lost, each customer answered in the order of their questions
(compared by the ids of the messages at the platform), agents' own messages not behind the storm. The floor of draining
is what the same Rasa does at its REST channel with as many turns at once as the product gives it. Four questions are
all that is asked, as in an incident.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import defaultdict
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from bench.figures import Figure, Found, milliseconds
from bench.fire.answering import turn_body
from bench.footprints import megabytes
from bench.lab import Lab, Product
from bench.load import Webhook, delivery, evenly
from bench.twin import APP_SECRET, PAGE, TOKEN, Platform, platform
from bot.clock import epoch_ms
from bot.settings import Settings
from bot.simulator.posting import Poster
from bot.store import conversations
from bot.store.database import Database, Tx
from bot.store.schema import conversations as conversations_table
from bot.store.schema import messages
from bot.supervisor.ports import free_port

TITLE = "A storm"
MESSAGES, CUSTOMERS, SECONDS = 5_000, 2_000, 10.0
AGENTS_WRITE, AT_ONCE = 10, 4
# Without an answer for so long the storm counts as over, and what is missing as lost.
SILENCE_S, LONGEST_S = 30.0, 420.0
QUESTIONS = ("jaki jest numer infolinii?", "nie działa mi aplikacja", "dzień dobry", "ile kosztuje assistance?")


async def measure(lab: Lab) -> Found:
    rasa = lab.rasa()[0]
    floor = await _floor(rasa, 300)
    port = free_port()
    async with platform(f"http://127.0.0.1:{port}/webhook") as page:
        with lab.product(page.graph_url, rasas=[rasa], ports=[port]) as product:
            # At rest as in footprint.py: what the worker loads when it is up is there.
            await asyncio.sleep(2)
            idle = megabytes(product.webs + product.workers)
            sent = _plan()
            for psid in sent:
                page.let_write(psid)
            agents = asyncio.create_task(_agents_write(product, page, 3.0))
            began = time.perf_counter()
            taken = await _blow(product, sent)
            drained = await _until_drained(page, sent)
            behind = await agents
            after = megabytes(product.webs + product.workers)
            recorded = await _recorded(product)
    lost, disorder = _compare(page, sent, recorded)
    rate = MESSAGES / (drained - began)
    return Found(
        [
            Figure("slowest 200", "ms", [max(taken) * 1000], must=1000),
            Figure("messages lost", "messages", [lost], must=0),
            Figure("customers answered out of order", "customers", [disorder], must=0),
            Figure("agents' own messages in the storm, slowest", "ms", [max(behind) * 1000], must=2000),
            Figure("drained a second, of what Rasa alone does", "%", [100 * rate / floor], 100, None, True),
            Figure("memory of web and worker, more than before", "MB", [after - idle], must=50),
        ],
        [
            Figure("200, p99", "ms", [milliseconds(taken, 0.99)]),
            Figure("drained a second", "/s", [rate], more_is_better=True),
            Figure("Rasa alone, four turns at once", "/s", [floor], more_is_better=True),
            Figure("agents' own messages in the storm, p50", "ms", [milliseconds(behind, 0.5)]),
        ],
    )


def _plan() -> dict[str, list[tuple[str, str]]]:
    """Who writes what: psid → (mid, text) in order. Everybody writes once, the others at random."""
    rng, sent = random.Random(7), defaultdict(list)
    people = [str(3_000_000 + n) for n in range(CUSTOMERS)]
    for n, psid in enumerate([*people, *rng.choices(people, k=MESSAGES - CUSTOMERS)]):
        sent[psid].append((f"m_storm_{n:05}_{psid}", rng.choice(QUESTIONS)))
    return dict(sent)


async def _blow(product: Product, sent: dict[str, list[tuple[str, str]]]) -> list[float]:
    """Everything in ten seconds, the first message of everybody before the second of anybody."""
    webhook = Webhook(product.urls[0])
    rounds = itertools.zip_longest(*([(psid, *one) for one in said] for psid, said in sent.items()))
    letters = list(filter(None, itertools.chain.from_iterable(rounds)))
    try:
        rate = MESSAGES / SECONDS
        return await evenly([webhook], rate, SECONDS, lambda n: _letter(*letters[n]), lambda n: letters[n][0])
    finally:
        webhook.close()


def _letter(psid: str, mid: str, text: str) -> bytes:
    return delivery(psid, text, mid)


async def _until_drained(page: Platform, sent: dict[str, list[tuple[str, str]]]) -> float:
    """When the last answer arrived."""
    wanted, began = sum(map(len, sent.values())), time.perf_counter()
    last, answered = began, 0
    while answered < wanted:
        count = sum(len(_mids(page, psid)) for psid in sent)
        if count > answered:
            answered, last = count, time.perf_counter()
        if time.perf_counter() - last > SILENCE_S or time.perf_counter() - began > LONGEST_S:
            break
        await asyncio.sleep(0.25)
    return last


def _mids(page: Platform, psid: str) -> list[str]:
    """The questions answered so far, in the order of their first answer; our ids of answers hold the question's."""
    found = [
        heard.id[heard.id.index("m_storm_") :].split(":")[0] for heard in page.heard[psid] if "m_storm_" in heard.id
    ]
    return list(dict.fromkeys(found))


async def _recorded(product: Product) -> dict[str, str]:
    """What stands on record: a customer's message → who owns the conversation now."""
    database = Database(product.database_url)
    at = messages.c.conversation_id == conversations_table.c.id
    wanted = select(messages.c.mid, conversations_table.c.owner).join(conversations_table, at)
    rows = await database.read(lambda tx: tx.execute(wanted.where(messages.c.author == "customer")).all())
    database.close()
    return {str(row.mid): str(row.owner) for row in rows}


def _compare(page: Platform, sent: dict[str, list[tuple[str, str]]], recorded: dict[str, str]) -> tuple[int, int]:
    """Lost is what is not on record, and what the assistant should have answered and did not: who asks twice in vain
    is handed to a person, whom what they write afterwards waits for."""
    lost = disorder = 0
    for psid, said in sent.items():
        asked, answered = [mid for mid, _ in said], _mids(page, psid)
        lost += sum(recorded.get(mid, "bot") == "bot" for mid in set(asked) - set(answered))
        disorder += answered != [mid for mid in asked if mid in answered]
    return lost, disorder


async def _agents_write(product: Product, page: Platform, after: float) -> list[float]:
    """Agents answer ten customers of their own while the storm blows: seconds until each message arrived."""
    import webhook

    made = webhook.compose(_settings(product, page))
    seconds = []
    await asyncio.sleep(after)
    for n in range(AGENTS_WRITE):
        psid = str(2_900_000 + n)
        page.let_write(psid)

        def write(tx: Tx, psid: str = psid) -> None:
            conversation = conversations.find_or_create(tx, PAGE, psid, epoch_ms())
            conversations.change(tx, conversation.id, last_customer_at=epoch_ms())
            made.speaker.write(tx, conversation, "Już sprawdzam.", id=f"agent-{psid}", agent_id=1, now=epoch_ms())

        start = time.perf_counter()
        await made.database.run(write)
        while not page.heard[psid] and time.perf_counter() - start < LONGEST_S:
            await asyncio.sleep(0.005)
        seconds.append((page.heard[psid][0].at if page.heard[psid] else time.perf_counter()) - start)
        await asyncio.sleep(0.5)
    await made.close()
    return seconds


def _settings(product: Product, page: Platform) -> Settings:
    return Settings(
        app_secret=SecretStr(APP_SECRET),
        page_tokens={PAGE: SecretStr(TOKEN)},
        graph_url=page.graph_url,
        redis_url=product.redis_url,
        database_url=product.database_url,
        var_dir=Path(product.log) / "var",
    )


async def _floor(rasa: str, count: int) -> float:
    """Turns a second of the REST channel, four at once, each of another sender."""
    poster, numbers, began = Poster(f"{rasa}/webhooks/rest/webhook", 120), iter(range(count)), time.perf_counter()

    async def one() -> None:
        for n in numbers:
            answer = await poster.post(turn_body(f"floor{began}.{n}", f"f_{n}"), {"Content-Type": "application/json"})
            assert json.loads(answer.content)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    poster.close()
    return count / (time.perf_counter() - began)
