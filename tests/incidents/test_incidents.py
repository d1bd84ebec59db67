"""An incident from its declaration to its end, with the real desk, record and speaker, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from bot.dialogue.rendering import Listener, Renderer, load_texts
from bot.dialogue.turns import Act, Turn
from bot.errors import Refused, Rejected
from bot.incidents.telling import Telling
from bot.incidents.watch import Watch
from bot.intake.lanes import lanes
from bot.language import Address
from bot.messenger.graph import GraphClient
from bot.outbox.speaker import Speaker
from bot.settings import ROOT, Settings
from bot.store import Database, Tx, agents, conversations, customers, incidents, messages, rises
from bot.store.agents import Agent, Role
from bot.store.times import to_ms
from handoff import incidents as declaring
from handoff.console.refusals import in_words
from handoff.desk import Desk
from handoff.incidents import Draft

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DRAFT = Draft(
    key="form-0001",
    name="Nie działa podgląd szkody",
    text="Od rana nie działa podgląd szkody w aplikacji. [Może Pan] zapytać o stan szkody tutaj.",
    waiting_text="Wiemy o awarii podglądu. [Damy Panu] znać.",
    over_text="Podgląd szkody znów działa. Dziękujemy [Panu] za cierpliwość.",
    intents=("status_szkody",),
    flows=("status_szkody",),
    departments=("szkody",),
)
MEANT = {"intent": {"name": "status_szkody", "confidence": 0.9}, "understood": "yes"}
OTHER = {"intent": {"name": "faq/raty", "confidence": 0.9}, "understood": "yes"}


class Shift:
    """A desk with a supervisor, a clock in the hand, and customers of every kind."""

    def __init__(self, database: Database, redis: Redis, settings: Settings) -> None:
        self.database = database
        self.now = NOON
        self.texts = load_texts(ROOT)
        graph = GraphClient("http://nowhere", {}, httpx.AsyncClient())
        self.speaker = Speaker(Renderer(self.texts), lanes(redis, timedelta(seconds=10)), graph)
        self.desk = Desk(database, redis, self.speaker, settings, self.texts, self.clock, field_kind=lambda *_: None)
        self.telling = Telling(database, self.speaker, self.desk, 40, self.clock)
        self.watch = Watch(database, self.desk, self.clock)

    def clock(self) -> datetime:
        return self.now

    @property
    def ms(self) -> int:
        return to_ms(self.now)

    async def supervisor(self) -> Agent:
        def work(tx: Tx) -> Agent:
            who = {"login": "ewa", "password_hash": "-", "first_name": "Ewa", "last_name": "Nowak", "gender": "f"}
            id = agents.add(tx, **who, title="kierowniczka", role=Role.SUPERVISOR, departments=[], now=self.ms)
            found = agents.find(tx, id)
            assert found is not None
            return found

        return await self.database.run(work)

    async def declare(self, agent: Agent, draft: Draft = DRAFT) -> int:
        return await self.database.run(lambda tx: declaring.declare(tx, self.texts, agent, draft, self.ms))

    async def customer(self, psid: str, **values: Any) -> str:
        def work(tx: Tx) -> str:
            made = conversations.find_or_create(tx, "100", psid, self.ms)
            conversations.change(tx, made.id, **{"last_customer_at": self.ms, "last_message_at": self.ms, **values})
            return made.id

        return await self.database.run(work)

    async def waits(self, psid: str, department: str = "szkody", **values: Any) -> str:
        return await self.customer(psid, owner="waiting", department=department, waiting_since=self.ms, **values)

    async def turn(self, id: str, understood: dict[str, Any] | None, **more: Any) -> None:
        """What the commit of a turn does with it."""
        turn = Turn(understood=understood, state={"stack": more.pop("stack", [])})
        command, handoff = more.pop("command", None), more.pop("handoff", None)

        def work(tx: Tx) -> None:
            found = conversations.find(tx, id)
            assert found is not None
            listener = Listener(Address.PANI, "Anna")
            self.telling.first(tx, found, turn, command, handoff=handoff, listener=listener, now=self.ms)

        await self.database.run(work)

    async def said(self, id: str) -> list[str | None]:
        thread = await self.database.read(lambda tx: messages.of_conversation(tx, id))
        return [m.text for m in thread if m.author != "customer"]

    async def rounds(self) -> None:
        while await self.telling.round():
            pass


@pytest.fixture
async def shift(database_url: str, redis_url: str, tmp_path: Any) -> AsyncIterator[Shift]:
    database, redis = Database(database_url), Redis.from_url(redis_url)
    settings = Settings.model_validate({"demo": True, "secret_key": "k" * 32, "var_dir": tmp_path, "app_id": "555"})
    yield Shift(database, redis, settings)
    await redis.aclose()
    database.close()


async def test_an_incident_reaches_who_asks_and_who_waits_once_and_its_end_reaches_both(shift: Shift) -> None:
    ewa = await shift.supervisor()
    asking, other, waiting = await shift.customer("1"), await shift.customer("2"), await shift.waits("3")
    elsewhere = await shift.waits("4", "obsluga")
    gone = await shift.waits("5", last_customer_at=shift.ms - 25 * 3_600_000)
    late = await shift.customer("6")
    id = await shift.declare(ewa)
    for _ in range(2):
        await shift.turn(asking, MEANT)
        await shift.turn(other, OTHER)
        await shift.turn(late, MEANT)
        await shift.rounds()
    first = "Od rana nie działa podgląd szkody w aplikacji. Może Pani zapytać o stan szkody tutaj."
    assert await shift.said(asking) == [first]
    assert await shift.said(waiting) == ["Wiemy o awarii podglądu. Damy Państwu znać."]
    assert [await shift.said(each) for each in (other, elsewhere, gone)] == [[], [], []]

    shift.now += timedelta(hours=25)
    await shift.customer("1")
    await shift.customer("3")
    await shift.database.run(lambda tx: declaring.end(tx, shift.texts, ewa, id, "", shift.ms))
    await shift.rounds()
    over = "Podgląd szkody znów działa. Dziękujemy Państwu za cierpliwość."
    assert (await shift.said(asking))[1:] == [over]
    assert (await shift.said(waiting))[1:] == [over]
    assert await shift.said(late) == [first], "25 hours since they wrote"
    seen = await shift.database.read(lambda tx: declaring.overview(tx, shift.ms))
    assert (seen.present, [each.id for each in seen.past]) == ([], [id])
    assert seen.told[id] == declaring.Told(asked=2, waiting=1, over=2, too_late=1)
    await shift.turn(other, MEANT)
    assert await shift.said(other) == [], "it is over"


async def test_a_flow_a_tapped_button_and_a_department_bring_it_too(shift: Shift) -> None:
    await shift.declare(await shift.supervisor())
    one, two, three, four = [await shift.customer(str(n)) for n in range(4)]
    await shift.turn(one, None, stack=[{"flow": "status_szkody"}])
    await shift.turn(two, OTHER, command={"kind": "intent", "intent": "status_szkody"})
    await shift.turn(three, None, handoff=Act("przekaz_konsultantowi", {"department": "szkody"}, "t"))
    await shift.turn(four, None, handoff=Act("przekaz_konsultantowi", {}, "t"))
    assert [len(await shift.said(each)) for each in (one, two, three, four)] == [1, 1, 1, 0]


async def test_who_waits_is_found_by_what_they_wrote_and_the_flow_they_left(shift: Shift) -> None:
    ewa = await shift.supervisor()
    wrote, silent = await shift.waits("1", "obsluga"), await shift.waits("2", "obsluga")

    def write(tx: Tx) -> None:
        for key, understood, at in (("m1", OTHER, -9), ("m2", MEANT, -5)):
            row = {"event_key": key, "mid": key, "author": "customer", "text": "?", "understood": understood}
            messages.add(tx, conversation_id=wrote, **row, at=shift.ms + at)

    await shift.database.run(write)
    await shift.declare(ewa, replace(DRAFT, departments=(), flows=()))
    await shift.rounds()
    assert [len(await shift.said(each)) for each in (wrote, silent)] == [1, 0]


async def test_the_platforms_pace_is_kept_and_two_workers_tell_nobody_twice(shift: Shift) -> None:
    ewa = await shift.supervisor()
    everybody = [await shift.waits(str(n)) for n in range(45)]
    await shift.declare(ewa)
    assert await shift.telling.round() == 20, "half of what the page may send in a second"
    other = Telling(shift.database, shift.speaker, shift.desk, 40, shift.clock)
    assert [await other.round(), await shift.telling.round(), await other.round()] == [20, 5, 0]
    assert {len(await shift.said(each)) for each in everybody} == {1}


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": " "}, "incident_name"),
    ({"text": ""}, "incident_text"),
    ({"text": "Nie działa podgląd [Pana szkody"}, "incident_unsayable"),
    ({"over_text": "[Dowiedział się Pan] już."}, "incident_unsayable"),
    ({"text": "Zadzwoń: {{ nr_szkody }}"}, "incident_unsayable"),
    ({"waiting_text": "{{ 1/0 }}"}, "bad_template"),
    ({"intents": (), "flows": (), "departments": ()}, "incident_matters"),
    ({"intents": ("nieznana",)}, "incident_matters"),
    ({"starts": "2026-11-23T14:00", "ends": "2026-11-23T13:00"}, "incident_span"),
    ({"starts": "2026-11-23T08:00", "ends": "2026-11-23T11:00"}, "incident_past"),
    ({"ends": "jutro"}, "incident_time"),
)


async def test_what_cannot_be_declared_is_refused_by_name(shift: Shift) -> None:
    ewa = await shift.supervisor()
    for changes, code in REFUSED:
        with pytest.raises(Rejected) as refused:
            await shift.declare(ewa, replace(DRAFT, **changes))
        assert refused.value.code == code, changes
    assert await shift.database.read(incidents.latest) == []


@pytest.mark.parametrize("name", [DRAFT.name, "Inna nazwa, te same sprawy"])
async def test_of_supervisors_who_declare_in_one_instant_one_declares_and_the_others_are_told(
    shift: Shift, database_url: str, name: str
) -> None:
    agent, at_once = await shift.supervisor(), 4
    start = Barrier(at_once, timeout=60)

    def declare(n: int) -> int | str:
        """As a process of its own would, with a form of its own."""
        own = Database(database_url)
        draft = replace(DRAFT, key=f"form-{n}", name=name if n % 2 else DRAFT.name)
        try:
            start.wait()
            with own.engine.begin() as connection:
                return declaring.declare(Tx(connection), shift.texts, agent, draft, shift.ms)
        except declaring.AlreadyDeclared as refused:
            return in_words(refused)
        finally:
            own.close()

    said = await asyncio.gather(*(asyncio.to_thread(declare, n) for n in range(at_once)))
    [stands] = [one for one in said if isinstance(one, int)]
    assert [one.id for one in await shift.database.read(incidents.unsettled)] == [stands]
    assert all("już ogłoszona" in str(one) for one in said if one != stands)


async def test_what_is_declared_already_is_refused(shift: Shift) -> None:
    ewa = await shift.supervisor()
    id = await shift.declare(ewa)
    same_name = replace(DRAFT, key="form-0002", intents=("faq/raty",), flows=(), departments=())
    same_matters = replace(DRAFT, key="form-0003", name="Inna nazwa")
    for again in (DRAFT, same_name, same_matters):
        with pytest.raises(Refused, match="incident_declared"):
            await shift.declare(ewa, again)
    later = replace(same_matters, starts="2026-11-24T08:00")
    with pytest.raises(Refused, match="incident_declared"):
        await shift.declare(ewa, later)
    await shift.database.run(lambda tx: declaring.end(tx, shift.texts, ewa, id, "", shift.ms))
    await shift.declare(ewa, later)
    with pytest.raises(Refused, match="incident_over"):
        await shift.database.run(lambda tx: declaring.end(tx, shift.texts, ewa, id, "", shift.ms))


async def test_one_that_is_to_come_is_silent_until_it_begins(shift: Shift) -> None:
    ewa = await shift.supervisor()
    id = await shift.declare(ewa, replace(DRAFT, starts="2026-11-23T13:00", ends="2026-11-23T14:00"))
    asking = await shift.customer("1")
    await shift.turn(asking, MEANT)
    assert await shift.said(asking) == []
    shift.now += timedelta(hours=1)
    await shift.turn(asking, MEANT)
    assert len(await shift.said(asking)) == 1
    shift.now += timedelta(hours=1)
    await shift.rounds()
    assert len(await shift.said(asking)) == 2, "it ended by itself"
    found = await shift.database.read(lambda tx: incidents.find(tx, id))
    assert found is not None and found.settled_at is not None


async def test_a_rise_is_suggested_once_and_a_declaration_settles_it(shift: Shift) -> None:
    ewa = await shift.supervisor()

    def usual_and_flood(tx: Tx) -> None:
        for week in range(1, 5):
            begins = to_ms(shift.now - timedelta(weeks=week))
            for n in range(6):
                rises.keep(tx, begins + n * 600_000, {"status_szkody": 2, "faq/raty": 9})
        for n in range(12):
            id = conversations.find_or_create(tx, "100", str(n), shift.ms).id
            for again in range(2):
                row = {"event_key": f"e{n}.{again}", "author": "customer", "text": "?", "at": shift.ms}
                messages.add(tx, conversation_id=id, understood=MEANT, **row)
            messages.add(tx, conversation_id=id, event_key=f"o{n}", author="customer", understood=OTHER, at=shift.ms)

    await shift.database.run(usual_and_flood)
    shift.now += timedelta(minutes=5)
    for _ in range(2):
        await shift.watch.round()
    found = await shift.database.read(lambda tx: rises.open_ones(tx, 0))
    assert [(r.subject, r.customers, r.usual, r.weeks) for r in found] == [("status_szkody", 12, 2.0, 4)]
    await shift.declare(ewa)
    assert await shift.database.read(lambda tx: rises.open_ones(tx, 0)) == []
    await shift.watch.round()
    assert await shift.database.read(lambda tx: rises.open_ones(tx, 0)) == []


async def test_a_new_installation_suggests_nothing(shift: Shift) -> None:
    def flood(tx: Tx) -> None:
        for n in range(40):
            id = conversations.find_or_create(tx, "100", str(n), shift.ms).id
            row = {"event_key": f"e{n}", "author": "customer", "text": "?", "at": shift.ms}
            messages.add(tx, conversation_id=id, understood=MEANT, **row)

    await shift.database.run(flood)
    await shift.watch.round()
    assert await shift.database.read(lambda tx: rises.open_ones(tx, 0)) == []


async def test_a_muted_customer_and_one_who_cannot_be_reached_are_not_written_to(shift: Shift) -> None:
    ewa = await shift.supervisor()
    muted, blocked = await shift.waits("1"), await shift.waits("2")
    await shift.database.run(lambda tx: customers.change(tx, muted, muted_until=shift.ms + 10))
    await shift.database.run(lambda tx: customers.change(tx, blocked, unreachable=True))
    await shift.declare(ewa)
    await shift.rounds()
    assert [await shift.said(each) for each in (muted, blocked)] == [[], []]
