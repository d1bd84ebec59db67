"""The sender against a real Redis, a real database and the platform's twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from bot.alarms import look
from bot.intake.lanes import Lanes, Letter, lanes
from bot.messenger.errors import ANSWER_LOST, NOT_CONNECTED
from bot.messenger.graph import GraphClient
from bot.outbox import failures
from bot.outbox.rates import Rates
from bot.outbox.sender import SLEPT_S, Send, Sender
from bot.settings import Settings
from bot.simulator.faults import parse_faults
from bot.simulator.parts import SimulatorParts, create_simulator
from bot.store import Database, Tx, conversations, messages, outbox
from bot.store.messages import PERHAPS_TWICE, TWICE, Author, Message, Status
from bot.store.times import to_ms

PAGE, PSID = "110022", "700001"
CONVERSATION = f"{PAGE}:{PSID}"


@dataclass
class Told:
    """Stands where the desk stands: remembers what it was told."""

    changes: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def changed(self, tx: Tx, conversation_id: str, what: str, **ids: Any) -> None:
        self.changes.append((conversation_id, what))

    def thread_lost(self, tx: Tx, conversation_id: str, now: int) -> None:
        self.lost.append(conversation_id)


class House:
    """Everything a sender needs, with a clock that the test moves."""

    def __init__(self, database: Database, redis: Redis, simulator: SimulatorParts, http: httpx.AsyncClient) -> None:
        self.database = database
        self.redis = redis
        self.simulator = simulator
        self.told = Told()
        self.offset = timedelta()
        self.lanes: Lanes = lanes(redis, timedelta(seconds=10))
        graph = GraphClient("http://twin/symulator/graph", {PAGE: "token"}, http)
        rates = Rates(redis, Settings(thread_burst=50))
        self.sender = Sender(database, graph, rates, self.told, self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    async def queue(self, id: str, author: Author = Author.BOT, epoch: int = 0, text: str = "Dzień dobry") -> None:
        def work(tx: Tx) -> None:
            outbox.queue(
                tx,
                id=id,
                conversation_id=CONVERSATION,
                epoch=epoch,
                author=author,
                purpose="answer",
                body={"text": text},
                now=to_ms(self.now()),
                text=text,
            )

        await self.database.run(work)

    async def drain(self) -> int | None:
        await self.lanes.outward.want(CONVERSATION)
        (claim,) = await self.lanes.outward.claim(1)
        try:
            return await self.sender.drain(claim)
        finally:
            await self.lanes.outward.release(claim)

    async def transcript(self) -> list[Message]:
        return await self.database.read(lambda tx: messages.of_conversation(tx, CONVERSATION))

    def at_customer(self) -> list[str]:
        """What the customer's thread shows from the page."""
        return [m.text or "" for m in self.simulator.twin.thread(PSID).messages if m.sender == "page"]

    def refused(self) -> list[int | None]:
        """The statuses of sends that the platform refused."""
        lines = (line for line in self.simulator.twin.log.view() if line["what"] == "POST messages")
        return [line["status"] for line in lines if line["status"] != httpx.codes.OK]


@pytest.fixture
async def house(database_url: str, redis_url: str) -> AsyncIterator[House]:
    database = Database(database_url)
    redis = Redis.from_url(redis_url)
    simulator = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id="555000111",
        app_secret="secret",
        page_token="token",
        webhook_url="http://127.0.0.1:9/webhook",
    )
    app = FastAPI()
    app.include_router(simulator.router)
    async with (
        simulator.running(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://twin") as http,
    ):
        made = House(database, redis, simulator, http)
        await http.post(f"/symulator/api/threads/{PSID}/messages", json={"text": "halo"})
        await database.run(lambda tx: conversations.find_or_create(tx, PAGE, PSID, to_ms(made.now())))
        await database.run(lambda tx: conversations.change(tx, CONVERSATION, last_customer_at=to_ms(made.now())))
        yield made
    await redis.aclose()
    database.close()


async def test_what_is_on_record_as_sent_is_remembered_with_its_mid(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.sender.MOST_SENT", 2)
    for n in range(3):
        await house.queue(f"a:{n}", text=f"{n}.")
    assert not house.sender.has_sent("a:2", None)
    await house.drain()
    mids = [one.mid for one in await house.transcript()]
    assert [house.sender.has_sent(f"a:{n}", mids[n]) for n in range(3)] == [False, True, True]
    assert not house.sender.has_sent("a:2", mids[1]) and not house.sender.has_sent("a:2", None)


async def test_messages_leave_in_order_under_their_own_ids(house: House) -> None:
    for n in range(4):
        await house.queue(f"t:{n}", text=f"Zdanie {n}.")
    assert await house.drain() is None
    assert house.at_customer() == [f"Zdanie {n}." for n in range(4)]
    assert [(m.outbox_id, m.status) for m in await house.transcript()] == [(f"t:{n}", "sent") for n in range(4)]
    assert all(m.mid for m in await house.transcript())


async def test_a_bots_message_is_dropped_when_the_owner_has_changed_and_an_agents_is_not(house: House) -> None:
    await house.queue("t:0", text="To mówi asystent.")
    await house.database.run(lambda tx: conversations.move_owner(tx, CONVERSATION, 0, owner="agent", agent_id=1))
    await house.queue("a:0", Author.AGENT, text="To mówi Anna.")
    assert await house.drain() is None
    assert house.at_customer() == ["To mówi Anna."]
    assert [m.status for m in await house.transcript()] == ["dropped", "sent"]


async def test_a_passing_error_is_tried_again_later_and_nothing_overtakes_it(house: House) -> None:
    house.simulator.twin.faults = parse_faults({"send_error": {"code": 2, "rate": 1.0}})
    await house.queue("t:0", text="pierwsza")
    await house.queue("t:1", text="druga")
    again_at = await house.drain()
    assert again_at is not None and again_at > to_ms(house.now()) - 1
    assert house.at_customer() == []
    house.simulator.twin.faults = parse_faults({})
    house.offset = timedelta(seconds=5)
    assert await house.drain() is None
    assert house.at_customer() == ["pierwsza", "druga"]


async def try_often(house: House) -> None:
    """Drain until long after a message has used up its attempts, were it the only one that fails."""
    for _ in range(2 * failures.MOST_ATTEMPTS):
        await house.drain()
        house.offset += timedelta(seconds=70)
        # The page's rate goes by a clock that nobody moves.
        await asyncio.sleep(0.05)


async def test_while_the_platform_is_away_everything_waits_and_leaves_when_it_is_back(house: House) -> None:
    house.simulator.twin.set_faults(parse_faults({"send_error": {"code": 2, "rate": 1.0}}))
    await house.queue("t:0")
    await try_often(house)
    assert [m.status for m in await house.transcript()] == ["queued"]
    house.simulator.twin.set_faults(parse_faults({}))
    assert await house.drain() is None
    assert house.at_customer() == ["Dzień dobry"]


async def test_a_message_that_fails_while_others_get_through_lets_those_behind_it_leave(house: House) -> None:
    await house.queue("t:0", text="przedtem")
    await house.drain()
    house.simulator.twin.set_faults(parse_faults({"send_error": {"code": 2, "rate": 1.0}}))
    await house.queue("t:1", text="ta")
    await try_often(house)
    assert [m.status for m in await house.transcript()] == ["sent", "failed"]


def test_a_line_that_is_down_is_tried_soon_and_for_ever() -> None:
    assert all(failures.after(NOT_CONNECTED, n).in_ms <= 4_000 for n in range(1, 13))
    assert failures.after(NOT_CONNECTED, 500).next is failures.Next.AGAIN


async def test_a_send_whose_sender_died_waits_for_its_echo_before_it_is_tried_again(house: House) -> None:
    await house.queue("t:0")
    await house.database.run(lambda tx: outbox.begin_sending(tx, "t:0", to_ms(house.now())))
    again_at = await house.drain()
    assert again_at is not None and again_at > to_ms(house.now()) + 11_000
    assert [m.status for m in await house.transcript()] == ["doubt"]
    assert house.at_customer() == []
    house.offset = timedelta(milliseconds=failures.ECHO_WAIT_MS + 1000)
    assert await house.drain() is None
    assert len(house.at_customer()) == 1


async def test_a_day_later_the_bot_is_silent_and_a_person_may_still_write(house: House) -> None:
    house.offset = timedelta(hours=30)
    await house.queue("t:0", text="przypomnienie")
    await house.queue("a:0", Author.AGENT, text="Oddzwonię jutro rano.")
    await house.drain()
    statuses = {m.outbox_id: (m.status, m.failure) for m in await house.transcript()}
    assert statuses["t:0"] == ("failed", "outside_window")
    assert house.at_customer() == ["Oddzwonię jutro rano."]


async def test_a_sender_that_slept_between_fence_and_send_leaves_it_to_the_echo(house: House) -> None:
    await house.queue("t:0")
    began = await house.database.run(lambda tx: house.sender.begin(tx, CONVERSATION))
    assert isinstance(began, Send)
    slept = replace(began, fenced=began.fenced - SLEPT_S - 1)
    assert await house.sender._send(PAGE, PSID, slept) == ANSWER_LOST
    assert house.at_customer() == []


def test_doubt_ends_thirteen_seconds_after_the_send_began_and_never_before_an_echo_had_its_time() -> None:
    assert failures.doubt_ends(began=0, now=5_000, attempts=1) == 13_000, "an answer is heard within half a minute"
    assert failures.doubt_ends(began=0, now=15_000, attempts=1) == 23_000
    hour = 3_600_000
    assert failures.doubt_ends(began=hour, now=0, attempts=1) == 13_000, "a clock put back does not lengthen it"
    assert failures.doubt_ends(began=0, now=hour, attempts=1) == hour + 8_000, "one put forward leaves the echo time"


def test_two_doubts_of_one_message_end_within_half_a_minute() -> None:
    first = failures.doubt_ends(began=0, now=2_000, attempts=1)
    assert failures.doubt_ends(began=first, now=first + 2_000, attempts=2) <= 26_000


async def test_a_row_that_a_clock_ahead_put_off_is_sent_when_the_clock_is_right_again(house: House) -> None:
    house.offset = timedelta(hours=1)
    await house.queue("t:0")
    house.offset = timedelta()
    assert await house.drain() is None
    assert len(house.at_customer()) == 1


async def test_a_page_whose_token_died_rests_tries_with_one_message_and_goes_on_when_it_may(house: House) -> None:
    house.simulator.twin.set_faults(parse_faults({"send_error": {"code": 190, "rate": 1.0}}))
    await house.queue("t:0")
    await house.drain()
    assert await house.drain() is not None
    assert len(house.refused()) == 1, "while the page rests nothing is tried"
    await look(house.database)
    assert REGISTRY.get_sample_value("dyzurny_alarm", {"what": "page_stopped"}) == 1
    house.offset = timedelta(seconds=30)
    await house.drain()
    assert len(house.refused()) == 2, "one message tried"
    house.simulator.twin.set_faults(parse_faults({}))
    house.offset = timedelta(seconds=60)
    assert await house.drain() is None
    assert len(house.at_customer()) == 1
    await look(house.database)
    assert REGISTRY.get_sample_value("dyzurny_alarm", {"what": "page_stopped"}) == 0


async def test_how_near_a_page_is_to_its_limit_is_a_metric(house: House) -> None:
    house.simulator.twin.set_faults(parse_faults({"usage_percent": 83}))
    await house.queue("t:0")
    await house.drain()
    assert REGISTRY.get_sample_value("dyzurny_page_limit_used_ratio") == 0.83


async def test_an_echo_that_waits_in_the_mailbox_ends_the_doubt(house: House) -> None:
    house.sender.echo_in_mailbox = house.lanes.inward.echo_of
    await house.queue("t:0")
    await house.database.run(lambda tx: outbox.begin_sending(tx, "t:0", to_ms(house.now())))
    assert await house.drain() is not None
    echo = {"event": {"kind": "echo", "metadata": "t:0", "mid": "m_echoed"}, "key": "e"}
    await house.lanes.inward.deliver([Letter(CONVERSATION, "e", echo, quiet=True)])
    house.offset += timedelta(milliseconds=failures.ECHO_WAIT_MS + failures.LEAST_ECHO_WAIT_MS)
    assert await house.drain() is None
    assert house.at_customer() == []
    assert [(m.status, m.mid) for m in await house.transcript()] == [("sent", "m_echoed")]


async def test_without_an_echo_anywhere_it_is_sent_again(house: House) -> None:
    house.sender.echo_in_mailbox = house.lanes.inward.echo_of
    await house.queue("t:0")
    await house.database.run(lambda tx: outbox.begin_sending(tx, "t:0", to_ms(house.now())))
    assert await house.drain() is not None
    house.offset += timedelta(milliseconds=failures.ECHO_WAIT_MS + failures.LEAST_ECHO_WAIT_MS)
    assert await house.drain() is None
    assert house.at_customer() == ["Dzień dobry"]


async def send_unanswered(house: House) -> None:
    """Queue a message and send it; it arrives, and its answer is lost."""
    await house.queue("t:0")
    step = await house.database.run(lambda tx: house.sender.begin(tx, CONVERSATION))
    assert isinstance(step, Send)
    await house.sender._send(PAGE, PSID, step)
    await house.database.run(lambda tx: house.sender._settle(tx, step, PAGE, ANSWER_LOST))


async def test_what_was_sent_again_in_doubt_stays_marked_until_it_is_certain(house: House) -> None:
    await send_unanswered(house)
    assert [(m.status, m.failure) for m in await house.transcript()] == [("doubt", None)]
    house.offset += timedelta(milliseconds=failures.ECHO_WAIT_MS + 5_000)
    await house.drain()
    (message,) = await house.transcript()
    assert (message.status, message.failure) == ("sent", PERHAPS_TWICE)
    assert len(house.at_customer()) == 2
    await house.database.run(lambda tx: messages.mark_watermark(tx, CONVERSATION, Status.SEEN, message.at + 1))
    await house.database.run(lambda tx: outbox.finish(tx, "t:0", Status.SENT, mid=message.mid))
    assert [(m.status, m.failure) for m in await house.transcript()] == [("seen", PERHAPS_TWICE)]
    # The echo of the first, at last.
    await house.database.run(lambda tx: outbox.finish(tx, "t:0", Status.SENT, mid="another mid"))
    assert [(m.status, m.failure) for m in await house.transcript()] == [("seen", TWICE)]


async def test_an_echo_that_comes_in_time_takes_the_mark_away(house: House) -> None:
    await send_unanswered(house)
    await house.database.run(lambda tx: messages.mark_watermark(tx, CONVERSATION, Status.SEEN, to_ms(house.now()) + 1))
    assert [m.status for m in await house.transcript()] == ["doubt"], "that the talk was read says nothing of it"
    await house.database.run(lambda tx: outbox.finish(tx, "t:0", Status.SENT, mid="m"))
    assert [(m.status, m.failure) for m in await house.transcript()] == [("sent", None)]


async def test_what_may_have_left_is_never_called_unsent(house: House) -> None:
    await send_unanswered(house)
    # A person takes over while it is in doubt: it is not sent again.
    await house.database.run(lambda tx: conversations.move_owner(tx, CONVERSATION, 0, owner="agent", agent_id=1))
    house.offset += timedelta(milliseconds=failures.ECHO_WAIT_MS + 5_000)
    await house.drain()
    assert [(m.status, m.failure) for m in await house.transcript()] == [("doubt", PERHAPS_TWICE)]
    assert len(house.at_customer()) == 1
