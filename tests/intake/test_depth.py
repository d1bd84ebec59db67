"""What lies in the mailboxes, as the metrics tell it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from bot.clock import epoch_ms
from bot.intake import depth
from bot.intake.lanes import Lanes, Letter, lanes

MINUTE = 60_000


@pytest.fixture
async def both(redis_url: str) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(redis_url)
    yield lanes(redis, timedelta(seconds=5))
    await redis.aclose()


def letter(conversation: str, taken_at: int) -> Letter:
    return Letter(conversation, f"{conversation}:{taken_at}", {"event": {}, "taken_at": taken_at})


async def test_empty_mailboxes_have_no_age(both: Lanes) -> None:
    assert await depth.oldest_seconds(both.inward, epoch_ms()) == 0


async def test_an_event_ages_also_while_its_conversation_is_held_and_tried_again(both: Lanes) -> None:
    now = epoch_ms()
    await both.inward.deliver([letter("p:1", now - 5 * MINUTE), letter("p:1", now), letter("p:2", now - MINUTE)])
    assert await depth.oldest_seconds(both.inward, now) == 300
    first, second = sorted(await both.inward.claim(10), key=lambda claim: claim.conversation)
    assert await depth.oldest_seconds(both.inward, now) == 300, "held"
    await both.inward.release(first, again_at=now + 1000)
    assert await depth.oldest_seconds(both.inward, now) == 300, "to be tried again in a second"
    await both.inward.release(second)


async def test_what_the_product_tells_itself_has_no_age(both: Lanes) -> None:
    await both.inward.deliver([Letter("p:1", "timer:1", {"internal": {"kind": "nudge"}, "key": "t"})])
    assert await depth.oldest_seconds(both.inward, epoch_ms()) == 0


async def test_the_gauges_say_how_deep_and_how_old(both: Lanes) -> None:
    await both.inward.deliver([letter("p:1", epoch_ms() - MINUTE), letter("p:2", epoch_ms())])
    await both.inward.claim(1)
    await depth.look(both)
    assert REGISTRY.get_sample_value("dyzurny_lane_conversations", {"lane": "in", "state": "waiting"}) == 1
    assert REGISTRY.get_sample_value("dyzurny_lane_conversations", {"lane": "in", "state": "held"}) == 1
    assert (REGISTRY.get_sample_value("dyzurny_lane_oldest_seconds", {"lane": "in"}) or 0) >= 60
    assert REGISTRY.get_sample_value("dyzurny_alarm", {"what": "redis_away"}) == 0


async def test_redis_away_is_an_alarm_and_not_a_failed_scrape() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0")
    await depth.look(lanes(redis, timedelta(seconds=5)))
    await redis.aclose()
    assert REGISTRY.get_sample_value("dyzurny_alarm", {"what": "redis_away"}) == 1
