"""What a turn queues is on its way with the turn's own commit, and never without it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import RedisUnavailable
from bot.intake.lanes import Claim, Lane, lanes
from bot.outbox import departures
from bot.outbox.departures import Departures
from bot.outbox.sender import Send
from bot.store import Tx, outbox
from bot.store.messages import Author
from bot.store.times import to_ms
from tests.outbox.test_sender import CONVERSATION, House, house

__all__ = ["house"]  # the fixture


class Begun:
    """Stands where the worker stands: remembers what was to be begun."""

    def __init__(self, house: House, room: bool = True, *, crowded: bool = False) -> None:
        self.house = house
        self.claims: list[tuple[Claim, Send | None]] = []
        lane = house.lanes.outward
        self.departures = Departures(
            lane,
            house.sender,
            lambda claim, step: self.claims.append((claim, step)),
            lambda: int(room),
            lambda: crowded,
        )

    async def turn(self, text: str | None, *, fails: bool = False) -> None:
        """A transaction that queues `text`, and the call for the sender that follows its commit."""

        def work(tx: Tx) -> None:
            departure.board(tx)
            if text is not None:
                queue(self.house, tx, text)
            if fails:
                raise ZeroDivisionError

        async with self.departures.prepare(CONVERSATION) as departure:
            # The lane answers while the dialogue's turn is being put together.
            await asyncio.wait({departure.claiming} if departure.claiming else {asyncio.create_task(asyncio.sleep(0))})
            await self.house.database.run(work)
            if text is not None and not self.departures.takes(CONVERSATION):
                await self.house.lanes.outward.want(CONVERSATION)

    async def send(self) -> None:
        for claim, step in self.claims:
            await self.house.sender.drain(claim, step)
            await self.house.lanes.outward.release(claim, forget_tries=True)


def queue(house: House, tx: Tx, text: str) -> None:
    outbox.queue(
        tx,
        id=text,
        conversation_id=CONVERSATION,
        epoch=0,
        author=Author.BOT,
        purpose="answer",
        body={"text": text},
        now=to_ms(house.now()),
        text=text,
    )


async def state(house: House) -> str | None:
    found = await house.database.read(lambda tx: outbox.next_of(tx, CONVERSATION))
    return None if found is None else found.state


async def test_what_a_turn_says_is_on_its_way_when_it_is_committed(house: House) -> None:
    begun = Begun(house)
    await begun.turn("Dzień dobry.")
    assert [step is not None for _, step in begun.claims] == [True]
    assert await state(house) == "sending"
    await begun.send()
    assert house.at_customer() == ["Dzień dobry."]
    assert (await state(house), await house.lanes.outward.depth()) == (None, (0, 0))


async def test_several_sentences_keep_their_order(house: House) -> None:
    begun = Begun(house)
    await house.queue("earlier", text="Pierwsze.")
    await begun.turn("Drugie.")
    await begun.send()
    assert house.at_customer() == ["Pierwsze.", "Drugie."]


async def test_a_turn_that_fails_sends_nothing_and_keeps_no_lease(house: House) -> None:
    begun = Begun(house)
    with pytest.raises(ZeroDivisionError):
        await begun.turn("Tego nikt nie usłyszy.", fails=True)
    assert begun.claims == [] and await state(house) is None
    (claim,) = await house.lanes.outward.claim(1)
    assert await house.sender.drain(claim) is None and house.at_customer() == []


async def test_a_turn_that_says_nothing_lets_the_lane_go(house: House) -> None:
    begun = Begun(house)
    await begun.turn(None)
    assert begun.claims == [] and await house.lanes.outward.depth() == (0, 0)


async def test_whoever_holds_the_lane_sends_it(house: House) -> None:
    begun = Begun(house)
    held = await house.lanes.outward.take(CONVERSATION)
    assert held is not None
    await begun.turn("Dzień dobry.")
    assert begun.claims == [] and await state(house) == "queued"
    await house.lanes.outward.release(held)
    (claim,) = await house.lanes.outward.claim(1)
    await house.sender.drain(claim)
    assert house.at_customer() == ["Dzień dobry."]


async def test_a_worker_without_room_leaves_it_to_the_lane(house: House) -> None:
    begun = Begun(house, room=False)
    await begun.turn("Dzień dobry.")
    assert begun.claims == [] and await state(house) == "queued"
    assert (await house.lanes.outward.depth())[0] == 1


async def test_in_a_crowd_the_commit_waits_until_its_sender_is_ready(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who is ready too late sends with a transaction of their own."""
    ready = asyncio.Event()
    take = house.lanes.outward.take

    async def slowly(*words: Any, **named: Any) -> Claim | None:
        await ready.wait()
        return await take(*words, **named)

    monkeypatch.setattr(Lane, "take", lambda _, *words, **named: slowly(*words, **named))
    begun = Begun(house, crowded=True)
    turn = asyncio.create_task(begun.turn("Dzień dobry."))
    await asyncio.sleep(0.05)
    assert await state(house) is None, "nothing is committed yet"
    ready.set()
    await turn
    assert [step is not None for _, step in begun.claims] == [True]


async def test_a_commit_does_not_wait_long_for_its_sender(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures, "READY_S", 0.01)
    ready = asyncio.Event()

    async def late(*_: object, **__: object) -> Claim | None:
        await ready.wait()
        return None

    monkeypatch.setattr(Lane, "take", late)
    async with asyncio.timeout(5), Begun(house, crowded=True).departures.prepare(CONVERSATION) as departure:
        assert departure.claiming is not None and not departure.claiming.done()
        await house.database.run(lambda tx: queue(house, tx, "Dzień dobry."))
        assert await state(house) == "queued"
        ready.set()


async def test_the_rates_are_kept(house: House) -> None:
    begun = Begun(house)
    house.sender.rates.slow_down("110022", 60)
    await begun.turn("Dzień dobry.")
    assert begun.claims == [] and await state(house) == "queued"
    assert (await house.lanes.outward.depth())[0] == 1


async def test_who_dies_between_commit_and_send_has_the_echo_waited_for(house: House) -> None:
    begun = Begun(house)
    await begun.turn("Dzień dobry.")
    ((claim, _),) = begun.claims
    await house.lanes.outward.release(claim)
    again_at = await house.drain()
    assert again_at is not None and await state(house) == "doubt" and house.at_customer() == []


async def test_without_redis_the_turn_stands_and_the_sweep_finds_it(house: House) -> None:
    begun = Begun(house)

    async def away(*_: object, **__: object) -> Claim | None:
        raise RedisUnavailable(code="redis_unavailable:ConnectionError")

    begun.departures.lane = lanes(house.redis, timedelta(seconds=10)).outward
    begun.departures.lane.take = away  # type: ignore[method-assign]
    with pytest.raises(RedisUnavailable):
        # The call that follows the commit finds Redis away as well.
        begun.departures.lane.want = away  # type: ignore[method-assign,assignment]
        await begun.turn("Dzień dobry.")
    assert await state(house) == "queued"
