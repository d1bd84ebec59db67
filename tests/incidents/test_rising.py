"""When a subject rises above the usual: the statistics, and what is counted."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import WARSAW
from bot.incidents import rising
from bot.incidents.rising import SLOT_MS, Usual
from bot.store.times import from_ms, to_ms

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(("least", "mean"), [(1, 0.2), (6, 0.2), (12, 3.0), (30, 20.0), (300, 20.0), (3, 40.0)])
def test_the_tail_is_that_of_poisson(least: int, mean: float) -> None:
    below = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(least))
    assert rising.tail(least, mean) == pytest.approx(1 - below, abs=1e-9)


@pytest.mark.parametrize(
    ("customers", "usual", "rises"),
    [(5, 0.0, False), (6, 0.0, True), (12, 8.0, False), (30, 8.0, True), (60, 50.0, False), (90, 50.0, True)],
)
def test_a_rise_is_what_chance_does_not_bring(customers: int, usual: float, rises: bool) -> None:
    assert rising.is_rise(customers, Usual(usual, 4)) is rises


def test_a_customer_who_asks_five_times_is_one_and_greetings_are_none() -> None:
    asked = {"intent": {"name": "status_szkody", "confidence": 0.9}, "understood": "yes"}
    greeted = {"intent": {"name": "powitanie", "confidence": 0.9}, "understood": "yes"}
    doubted = {"intent": {"name": "faq/raty", "confidence": 0.2}, "understood": "no"}
    slot = rising.slot_of(to_ms(NOON))
    heard: list[tuple[str, Any, int]] = [
        ("100:7", asked, slot + 1),
        ("100:7", asked, slot + 9),
        ("100:8", asked, slot + 5),
    ]
    heard += [("100:9", greeted, slot + 5), ("100:9", doubted, slot + 6), ("100:9", None, slot + 7)]
    heard += [("100:9", asked, slot + SLOT_MS)]
    assert rising.count(heard, slot) == {"status_szkody": 2}


def test_past_weeks_are_the_same_hour_of_the_clock_on_the_wall() -> None:
    slot = to_ms(datetime(2026, 11, 2, 11, 20, tzinfo=UTC))  # a Monday, eight days after the change of the clocks
    weeks = rising.same_hours(slot, 0)
    hours = [from_ms(week[0]).astimezone(WARSAW) for week in weeks]
    assert [(at.weekday(), at.hour, at.minute) for at in hours] == [(0, 12, 0)] * rising.WEEKS
    assert [from_ms(week[0]).hour for week in weeks] == [11, 10, 10, 10]
    assert all(len(week) == rising.SLOTS_AN_HOUR for week in weeks)


def test_without_a_past_week_the_last_day_is_compared_with() -> None:
    slot = rising.slot_of(to_ms(NOON))
    first = to_ms(NOON - timedelta(hours=3))
    assert rising.same_hours(slot, first) == []
    assert len(rising.day_before(slot, first)) == 18
