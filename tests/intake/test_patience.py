"""In a storm: who comes first, and who sees that they are waited on. On a real Redis and SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.clock import epoch_ms
from bot.intake.lanes import Lanes, Letter, lanes
from bot.intake.patience import AFTER_MS, AGAIN_MS, MOST, Patience
from bot.messenger.errors import NOT_CONNECTED, GraphError
from bot.store import conversations
from bot.store.database import Database, Tx


@pytest.fixture
async def both(redis_url: str) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(redis_url)
    yield lanes(redis, timedelta(seconds=5))
    await redis.aclose()


@dataclass
class Thread:
    """Where dots are seen."""

    dots: list[str] = field(default_factory=list)
    refuses: bool = False

    async def typing(self, conversation_id: str) -> None:
        if self.refuses:
            raise GraphError(NOT_CONNECTED)
        self.dots.append(conversation_id)


async def write(both: Lanes, *conversations: str) -> None:
    for name in conversations:
        await both.inward.deliver([Letter(name, f"message:{name}:{epoch_ms()}", {})])


async def order(both: Lanes) -> list[str]:
    return [claim.conversation for claim in await both.inward.claim(10)]


async def test_who_is_in_the_middle_of_a_claim_comes_before_new_greetings(both: Lanes) -> None:
    await both.inward.put_first("p:claim", first=True)
    await write(both, "p:new1", "p:new2", "p:claim")
    assert await order(both) == ["p:claim", "p:new1", "p:new2"]


async def test_who_is_done_with_a_claim_queues_like_everybody(both: Lanes) -> None:
    await both.inward.put_first("p:claim", first=True)
    await both.inward.put_first("p:claim", first=False)
    # Within one millisecond names decide.
    await write(both, "p:another", "p:claim")
    assert (await order(both))[-1] == "p:claim"


async def test_what_came_meanwhile_keeps_its_place_in_front(both: Lanes) -> None:
    await both.inward.put_first("p:claim", first=True)
    await write(both, "p:claim")
    (claim,) = await both.inward.claim(1)
    await write(both, "p:new1", "p:claim")
    await both.inward.release(claim)
    assert await order(both) == ["p:claim", "p:new1"]


async def test_an_agents_message_leaves_before_what_the_bot_has_to_say(both: Lanes) -> None:
    for name in ("p:1", "p:2"):
        await both.outward.want(name)
    await both.outward.want("p:agent", first=True)
    first, *_ = await both.outward.claim(10)
    assert first.conversation == "p:agent"


async def test_a_customer_who_waits_sees_dots_and_sees_them_again(both: Lanes, database: Database) -> None:
    thread = Thread()
    patience = Patience(both.inward, thread, database)  # type: ignore[arg-type]
    await write(both, "p:1")
    now = epoch_ms()
    assert await patience.look(now) == [], "nobody waits long yet"
    assert await patience.look(now + AFTER_MS) == ["p:1"]
    assert await patience.look(now + AFTER_MS + 1000) == [], "they still see them"
    assert await patience.look(now + AFTER_MS + AGAIN_MS) == ["p:1"]
    assert thread.dots == ["p:1", "p:1"]


async def test_where_a_person_answers_the_assistant_shows_no_dots(both: Lanes, database: Database) -> None:
    def hand_over(tx: Tx) -> None:
        made = conversations.find_or_create(tx, "p", "1", 1)
        conversations.move_owner(tx, made.id, made.epoch, owner="agent")

    await database.run(hand_over)
    await write(both, "p:1", "p:2")
    thread = Thread()
    patience = Patience(both.inward, thread, database)  # type: ignore[arg-type]
    assert await patience.look(epoch_ms() + AFTER_MS) == ["p:2"]


async def test_a_thread_that_refuses_dots_is_left_alone(both: Lanes, database: Database) -> None:
    await write(both, "p:1")
    patience = Patience(both.inward, Thread(refuses=True), database)  # type: ignore[arg-type]
    now = epoch_ms() + AFTER_MS
    await patience.look(now)
    assert await patience.look(now + 1000) == []


async def test_where_more_wait_than_can_be_shown_dots_everybody_sees_some_before_anybody_sees_them_again(
    both: Lanes, database: Database
) -> None:
    thread = Thread()
    patience = Patience(both.inward, thread, database)  # type: ignore[arg-type]
    names = {f"p:{n}" for n in range(3 * MOST)}
    await both.inward.deliver([Letter(name, f"message:{name}", {}) for name in sorted(names)])
    now = epoch_ms() + AFTER_MS
    for look in range(3):
        # The last look is so late that the first ones' dots are gone.
        await patience.look(now + look * AGAIN_MS // 2)
    assert len(thread.dots) == len(names) and set(thread.dots) == names
