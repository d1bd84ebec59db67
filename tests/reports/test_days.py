"""Days by Polish clocks, also those on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.errors import Rejected
from bot.reports.days import Grain, Span, day_of, hour_of, midnight, points, span_of
from bot.store.times import to_ms

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return to_ms(datetime(year, month, day, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_a_day_has_as_many_hours_as_its_clocks_showed(day: date, hours: int) -> None:
    first, last = Span(day, day).instants
    assert last - first == hours * 3_600_000
    assert day_of(first) == day_of(last - 1) == day.isoformat()
    assert day_of(first - 1) < day.isoformat() < day_of(last)


def test_an_instant_lies_on_the_day_that_a_polish_clock_shows() -> None:
    assert day_of(at(2026, 7, 1, 22, 30)) == "2026-07-02"  # summer: two hours on
    assert day_of(at(2026, 12, 1, 22, 30)) == "2026-12-01"  # winter: one
    assert midnight(date(2026, 7, 2)) == at(2026, 7, 1, 22)


def test_the_hour_that_a_clock_change_repeats_is_counted_as_one() -> None:
    assert [hour_of(at(2026, 10, 25, hour, 30)) for hour in (0, 1, 2)] == [2, 2, 3]
    assert [hour_of(at(2026, 3, 29, hour, 30)) for hour in (0, 1)] == [1, 3]


def test_a_series_has_every_point_once_also_over_a_clock_change() -> None:
    autumn = Span(date(2026, 10, 24), date(2026, 11, 2))
    assert len(points(autumn, Grain.DAY)) == 10
    assert points(autumn, Grain.WEEK) == [date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)]
    assert points(autumn, Grain.MONTH) == [date(2026, 10, 1), date(2026, 11, 1)]


def test_the_days_before_are_as_many_and_end_the_day_before() -> None:
    assert Span(date(2026, 3, 1), date(2026, 3, 7)).before == Span(date(2026, 2, 22), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-11-31", "", "no_such_day"),
        ("wczoraj", "", "no_such_day"),
        ("0001-01-01", "", "no_such_day"),
        ("", "9999-12-31", "no_such_day"),
        ("2026-11-22", "2026-11-21", "days_reversed"),
        ("2020-01-01", "2026-11-21", "too_many_days"),
    ],
)
def test_days_that_make_no_span_are_refused_with_a_reason(first: str, last: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        span_of(first, last, NOW)
    assert refused.value.code == code


def test_what_is_not_written_is_the_last_four_weeks() -> None:
    assert span_of("", "", NOW) == Span(date(2026, 10, 26), date(2026, 11, 22))
    assert span_of("", "2026-01-28", NOW) == Span(date(2026, 1, 1), date(2026, 1, 28))
