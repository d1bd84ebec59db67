"""Mailboxes and leases on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake import keys
from bot.intake.lanes import (
    ALONE_AFTER_DEATHS,
    QUIET_MS,
    SUSPECT_AFTER_DEATHS,
    SUSPECTS_AT_ONCE,
    Claim,
    Lane,
    Lanes,
    Letter,
    lanes,
)

LEASE = timedelta(seconds=5)


@pytest.fixture
async def both(redis_url: str) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(redis_url)
    yield lanes(redis, LEASE)
    await redis.aclose()


def letter(conversation: str, n: int) -> Letter:
    return Letter(conversation, f"message:{conversation}:{n}", {"n": n})


async def expire(lane: Lane, conversation: str) -> None:
    """Let the lease of `conversation` have ended, as it would after its holder died."""
    await lane.redis.zadd(lane.held, {conversation: epoch_ms() - 1})


async def test_an_event_is_taken_in_once_however_often_it_is_delivered(both: Lanes) -> None:
    assert await both.inward.deliver([letter("p:1", 1), letter("p:1", 2)]) == [True, True]
    assert await both.inward.deliver([letter("p:1", 2), letter("p:1", 3)]) == [False, True]
    (claim,) = await both.inward.claim(10)
    assert [event["n"] for event in claim.events] == [1, 2, 3]


async def test_a_held_conversation_is_not_claimed_by_anybody_else(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1)])
    (claim,) = await both.inward.claim(10)
    await both.inward.deliver([letter("p:1", 2)])
    assert await both.inward.claim(10) == []
    assert await both.inward.done(claim)
    await both.inward.release(claim)
    (second,) = await both.inward.claim(10)
    assert [event["n"] for event in second.events] == [2]
    assert second.fence > claim.fence


async def test_what_arrives_while_a_conversation_is_held_is_found_after_its_release(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1)])
    (claim,) = await both.inward.claim(1)
    await both.inward.done(claim)
    await both.inward.deliver([letter("p:1", 2)])
    assert await both.inward.claim(1) == [], "held, though wanted"
    await both.inward.release(claim)
    (again,) = await both.inward.claim(1)
    assert [event["n"] for event in again.events] == [2]


async def test_a_dead_holders_conversation_is_claimed_when_its_lease_has_ended(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1)])
    (dead,) = await both.inward.claim(1)
    await expire(both.inward, "p:1")
    (heir,) = await both.inward.claim(1)
    assert heir.tries == 2, "the heir must know that the event may have been begun"
    assert heir.events == dead.events
    assert not await both.inward.done(dead), "who lost the lease may not remove events"
    await both.inward.release(dead)
    assert await both.inward.claim(1) == [], "nor let go what another holds"
    assert await both.inward.done(heir)


async def test_renewing_tells_which_leases_are_lost(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1), letter("p:2", 1)])
    mine = {claim.conversation: claim for claim in await both.inward.claim(2)}
    await expire(both.inward, "p:1")
    await both.inward.claim(1)
    assert await both.inward.renew(mine.values()) == {"p:1"}


async def test_work_put_off_is_not_claimed_before_its_time(both: Lanes) -> None:
    await both.outward.want("p:1", at=epoch_ms() + 60_000)
    assert await both.outward.claim(1) == []
    due = both.outward.next_due
    assert due is not None and due > epoch_ms() + 50_000
    await both.outward.want("p:1")
    assert [claim.conversation for claim in await both.outward.claim(1)] == ["p:1"]


async def test_work_wanted_while_held_is_done_after_the_release(both: Lanes) -> None:
    await both.outward.want("p:1")
    (claim,) = await both.outward.claim(1)
    await both.outward.want("p:1")
    assert await both.outward.claim(1) == []
    await both.outward.release(claim)
    assert [again.conversation for again in await both.outward.claim(1)] == ["p:1"]


async def test_progress_starts_the_count_of_tries_again(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1), letter("p:1", 2)])
    (first,) = await both.inward.claim(1)
    await both.inward.release(first, again_at=epoch_ms())
    (second,) = await both.inward.claim(1)
    assert second.tries == 2
    await both.inward.done(second)
    await both.inward.release(second)
    (third,) = await both.inward.claim(1)
    assert third.tries == 1


async def test_a_waiting_worker_wakes_when_something_is_delivered(both: Lanes) -> None:
    waiting = asyncio.create_task(both.inward.wait(30))
    await asyncio.sleep(0)
    await both.inward.deliver([letter("p:1", 1)])
    await asyncio.wait_for(waiting, 5)


async def test_a_quiet_conversation_leaves_nothing_but_its_remembered_event(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", 1)])
    (claim,) = await both.inward.claim(1)
    await both.inward.done(claim)
    await both.inward.release(claim)
    left = {str(key, "utf-8") if isinstance(key, bytes) else key for key in await both.inward.redis.keys("*")}
    assert left - {both.inward.wake, both.inward.counter} == {f"{keys.SEEN}message:p:1:1"}


async def test_redis_away_is_said_in_our_own_words() -> None:
    redis = Redis(port=1, socket_connect_timeout=0.2)
    with pytest.raises(RedisUnavailable):
        await lanes(redis, LEASE).inward.deliver([letter("p:1", 1)])
    await redis.aclose()


async def test_events_are_forgotten_by_what_they_are_and_not_by_where_they_stand(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", n) for n in range(3)])
    (claim,) = await both.inward.claim(1)
    assert await both.inward.done(claim, [2])
    assert await both.inward.done(claim, [0])
    await both.inward.release(claim)
    (rest,) = await both.inward.claim(1)
    assert [event["n"] for event in rest.events] == [1]


async def test_failures_are_counted_apart_from_tries_and_forgotten_when_something_is_done(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", n) for n in range(2)])
    for tries in (1, 2, 3):
        (claim,) = await both.inward.claim(1)
        assert claim.tries == tries
        await both.inward.release(claim, again_at=0)
    (claim,) = await both.inward.claim(1)
    assert [await both.inward.failed(claim) for _ in range(2)] == [1, 2]
    assert await both.inward.done(claim)
    assert await both.inward.failed(claim) == 1


async def test_a_clock_that_ran_ahead_leaves_nothing_waiting_for_it(both: Lanes) -> None:
    lane, hour_ahead = both.inward, epoch_ms() + 3_600_000
    await lane.deliver([letter("p:1", 1), letter("p:2", 1)])
    (held,) = await lane.claim(1)
    await lane.redis.zadd(lane.held, {held.conversation: hour_ahead})
    await lane.redis.zadd(lane.due, {"p:2": hour_ahead})
    assert {claim.conversation for claim in await lane.claim(5)} == {"p:1", "p:2"}
    assert not await lane.done(held), "its lease was of a time that never came"


async def test_what_was_just_queued_is_taken_at_once_unless_somebody_holds_it_or_waits(both: Lanes) -> None:
    taken = await both.outward.take("p:1")
    assert taken is not None
    assert await both.outward.take("p:1") is None, "held: whoever holds it looks again"
    await both.outward.release(taken)
    (again,) = await both.outward.claim(1)
    assert again.conversation == "p:1" and again.fence > taken.fence

    await both.outward.want("p:2")
    assert await both.outward.take("p:3") is None, "p:2 stands before it"
    assert [claim.conversation for claim in await both.outward.claim(5)] == ["p:2", "p:3"]


async def test_room_for_more_than_those_who_wait_is_taken_at_once(both: Lanes) -> None:
    await both.outward.want("p:1")
    await both.outward.want("p:2")
    assert await both.outward.take("p:3", room=2) is None, "the room is theirs"
    assert await both.outward.take("p:4", room=4) is not None
    assert [claim.conversation for claim in await both.outward.claim(5)] == ["p:1", "p:2", "p:3"]


async def test_only_who_is_forgotten_is_reminded_of(both: Lanes) -> None:
    lane = both.outward
    held = await lane.take("p:1")
    assert held is not None
    before = epoch_ms() - 60_000
    await lane.want("p:2", at=before)
    await lane.want("p:3", at=epoch_ms() + 60_000)
    await lane.remind(["p:1", "p:2", "p:3", "p:4"])
    assert await lane.redis.zscore(lane.due, "p:2") == before, "it keeps its place"
    assert [claim.conversation for claim in await lane.claim(5)] == ["p:2", "p:3", "p:4"]
    await lane.release(held)
    assert await lane.claim(5) == [], "whoever held it has looked; the next reminder finds it if it must"
    await lane.remind([])
    await lane.remind(["p:1"])
    await asyncio.wait_for(lane.wait(5), 2)
    assert [claim.conversation for claim in await lane.claim(5)] == ["p:1"]


async def test_calls_for_what_was_taken_up_wake_nobody(both: Lanes) -> None:
    lane = both.inward
    await lane.deliver([letter("p:1", 1), letter("p:2", 1)])
    assert len(await lane.claim(1)) == 1
    await asyncio.wait_for(lane.wait(5), 2)
    assert len(await lane.claim(5)) == 1
    assert await lane.redis.llen(lane.wake) == 0
    await lane.deliver([letter("p:3", 1)])
    await asyncio.wait_for(lane.wait(5), 2)
    assert [claim.conversation for claim in await lane.claim(5)] == ["p:3"]


async def test_the_last_event_is_forgotten_with_the_lease(both: Lanes) -> None:
    await both.inward.deliver([Letter("p:1", "k1", {"n": 1}), Letter("p:1", "k2", {"n": 2})])
    (claim,) = await both.inward.claim(1)
    await both.inward.release(claim, handled=[0])
    (rest,) = await both.inward.claim(1)
    assert [event["n"] for event in rest.events] == [2] and rest.tries == 1

    late = Claim(claim.conversation, claim.fence, 1, rest.events, rest.letters)
    await both.inward.release(late, handled=[0])
    assert await both.inward.redis.llen(keys.MAIL + "p:1") == 1, "a lease that is lost forgets nothing"


async def test_a_redis_that_lost_everything_gives_numbers_that_sql_has_not_seen(both: Lanes) -> None:
    began = epoch_ms()
    await both.inward.deliver([letter("p:1", 1)])
    assert (await both.inward.claim(1))[0].fence > began
    await both.inward.redis.flushdb()
    again = epoch_ms()
    await both.inward.deliver([letter("p:1", 2)])
    assert (await both.inward.claim(1))[0].fence > again


async def test_what_nobody_waits_for_rests_a_moment_unless_something_comes(both: Lanes) -> None:
    await both.inward.deliver([Letter("p:1", "k1", {"n": 1}, quiet=True), Letter("p:2", "k2", {"n": 2}, quiet=True)])
    assert await both.inward.claim(5) == []
    due = both.inward.next_due
    assert due is not None and 0 < due - epoch_ms() <= QUIET_MS
    await both.inward.deliver([Letter("p:1", "k3", {"n": 3})])
    (claim,) = await both.inward.claim(5)
    assert [event["n"] for event in claim.events] == [1, 3]
    await both.inward.redis.zadd(both.inward.due, {"p:2": epoch_ms() - 1})
    assert [claim.conversation for claim in await both.inward.claim(5)] == ["p:2"]


async def wanted_now(lane: Lane) -> None:
    """Let everything that rests have rested."""
    for name in await in_line(lane):
        await lane.redis.zadd(lane.due, {name: epoch_ms() - 1})


async def in_line(lane: Lane) -> list[str]:
    """Conversations that want work, those that want it first in front."""
    names: list[bytes] = await cast("Awaitable[Any]", lane.redis.zrange(lane.due, 0, -1))
    return [name.decode() for name in names]


async def die(lane: Lane, claims: list[Claim]) -> None:
    for claim in claims:
        await expire(lane, claim.conversation)
    await lane.claim(0)
    await wanted_now(lane)


async def test_deaths_are_beginnings_that_never_ended(both: Lanes) -> None:
    lane = both.inward
    await lane.deliver([letter("p:1", n) for n in range(3)])
    for deaths in range(2):
        (claim,) = await lane.claim(1)
        assert claim.deaths == deaths
        await die(lane, [claim])
    (claim,) = await lane.claim(1)
    assert claim.deaths == 2
    assert await lane.done(claim), "what comes next has not seen anybody die"
    await die(lane, [claim])
    (claim,) = await lane.claim(1)
    assert (claim.deaths, [event["n"] for event in claim.events]) == (1, [1, 2])
    await lane.release(claim, again_at=0)
    (claim,) = await lane.claim(1)
    assert (claim.deaths, claim.tries) == (0, 2), "whoever lets go is alive, however often it has to try"


async def test_what_died_together_is_taken_up_a_few_at_a_time_in_the_order_in_which_it_waits(both: Lanes) -> None:
    lane = both.inward
    names = [f"p:{n}" for n in range(9, 9 - 2 * SUSPECTS_AT_ONCE, -1)]
    for name in names:
        await lane.deliver([letter(name, 1)])
    for _ in range(SUSPECT_AFTER_DEATHS):
        claims = await lane.claim(20)
        assert len(claims) == len(names)
        await die(lane, claims)
    order = await in_line(lane)
    claims = await lane.claim(20)
    assert [claim.conversation for claim in claims] == order[:SUSPECTS_AT_ONCE]
    assert await lane.claim(20) == [] and lane.next_due is not None and lane.next_due > epoch_ms()
    assert await in_line(lane) == order[SUSPECTS_AT_ONCE:], "whoever waits keeps its place"
    for claim in claims:
        await lane.release(claim, handled=[0])
    for claim in claims:
        # They came through, and are busy with something new.
        await lane.deliver([letter(claim.conversation, 2)])
    again = await lane.claim(20)
    assert {claim.conversation for claim in again} == set(names), "who came through keeps nobody waiting"


async def test_what_died_together_often_is_taken_up_one_after_the_other(both: Lanes) -> None:
    lane = both.inward
    await lane.deliver([letter(f"p:{n}", 1) for n in range(3)])
    for _ in range(ALONE_AFTER_DEATHS):
        claims = await lane.claim(10)
        assert len(claims) == 3
        await die(lane, claims)
    await lane.deliver([letter("p:new", 1)])
    await wanted_now(lane)
    first = await lane.claim(10)
    assert {claim.deaths for claim in first} == {0, ALONE_AFTER_DEATHS} and len(first) == 2
    (suspect,) = (claim for claim in first if claim.deaths)
    await wanted_now(lane)
    assert await lane.claim(10) == [], "the others of its kind wait for it"
    await expire(lane, suspect.conversation)
    await lane.claim(0)
    assert (await in_line(lane))[-1] == suspect.conversation, "the last to die lets the others come through"
    await wanted_now(lane)
    (second,) = await lane.claim(1)
    await lane.release(second, handled=[0])
    assert len(await lane.claim(10)) == 1


async def test_what_was_let_go_while_redis_was_away_is_let_go_when_it_is_back_and_nobody_died(
    both: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = both.inward
    await lane.deliver([letter("p:1", 1), letter("p:2", 1), letter("p:2", 2)])
    claims = await lane.claim(10)
    with monkeypatch.context() as away:
        away.setattr(lane, "_release", _refused)
        for claim in claims:
            with pytest.raises(RedisUnavailable):
                await lane.release(claim, handled=[0])
    assert lane.owes
    await lane.settle()
    assert not lane.owes
    (again,) = await lane.claim(10)
    assert (again.conversation, [event["n"] for event in again.events], again.deaths) == ("p:2", [2], 0)


async def test_whoever_was_cut_off_for_longer_than_a_lease_did_not_die(
    both: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = both.inward
    await lane.deliver([letter("p:1", 1)])
    (claim,) = await lane.claim(1)
    with monkeypatch.context() as away:
        away.setattr(lane, "_release", _refused)
        with pytest.raises(RedisUnavailable):
            await lane.release(claim)
    await expire(lane, "p:1")
    other = lanes(lane.redis, LEASE).inward
    (theirs,) = await other.claim(1)
    await lane.settle()
    await expire(lane, "p:1")
    (after,) = await other.claim(1)
    assert (theirs.deaths, after.deaths) == (1, 1), "their own death counts, ours was none"


async def _refused(**_: Any) -> None:
    raise ConnectionError
