"""Opening hours in Polish time, with Polish public holidays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.clock import WARSAW
from bot.errors import ContentFault
from handoff.hours import parse_hours

HOURS = parse_hours("pn-pt 08:00-20:00; so 09:00-15:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-23 12:00", None),  # Monday
        ("2026-11-23 08:00", None),
        ("2026-11-23 20:00", "2026-11-24 08:00"),
        ("2026-11-21 15:00", "2026-11-23 08:00"),  # Saturday afternoon
        ("2026-11-22 10:00", "2026-11-23 08:00"),  # Sunday
        ("2026-11-11 12:00", "2026-11-12 08:00"),  # Independence Day, a Wednesday
        ("2026-12-24 12:00", "2026-12-28 08:00"),  # Christmas Eve is a holiday since 2025; 26 Dec is a Saturday
        ("2026-04-06 12:00", "2026-04-07 08:00"),  # Easter Monday
        ("2026-06-04 12:00", "2026-06-05 08:00"),  # Corpus Christi
    ],
)
def test_closed_hours_name_the_next_opening(when: str, opens: str | None) -> None:
    assert HOURS.is_open(at(when)) == (opens is None)
    if opens is not None:
        assert HOURS.opens(at(when)) == at(opens)


def test_the_clock_change_does_not_move_the_opening_hour() -> None:
    opens = HOURS.opens(at("2026-10-24 16:00"))
    assert opens is not None
    assert opens.isoformat() == "2026-10-26T08:00:00+01:00"


@pytest.mark.parametrize(
    ("asked", "within", "due"),
    [
        ("2026-11-20 12:00", timedelta(hours=1), "2026-11-20 13:00"),
        ("2026-11-20 19:30", timedelta(hours=1), "2026-11-21 09:30"),  # Friday evening
        ("2026-11-21 14:00", timedelta(hours=4), "2026-11-23 11:00"),  # an hour of Saturday, three of Monday
        ("2026-11-10 19:30", timedelta(hours=1), "2026-11-12 08:30"),  # Independence Day between
        ("2026-11-21 16:00", timedelta(days=1), "2026-11-23 08:00"),
        ("2026-11-23 16:00", timedelta(days=1), "2026-11-24 16:00"),
    ],
)
def test_a_term_in_hours_runs_while_it_is_open_and_one_in_days_ends_then(
    asked: str, within: timedelta, due: str
) -> None:
    assert HOURS.after(at(asked), within) == at(due)


def test_where_nothing_ever_opens_the_calendar_counts() -> None:
    assert parse_hours("").after(at("2026-11-20 12:00"), timedelta(hours=1)) == at("2026-11-20 13:00")


def test_no_hours_at_all_never_open() -> None:
    assert parse_hours("").opens(at("2026-11-23 12:00")) is None


@pytest.mark.parametrize(
    "broken", ["pn 8-20", "xx 08:00-20:00", "pt-pn 08:00-20:00", "pn 20:00-08:00", "pn 25:00-26:00"]
)
def test_hours_that_cannot_be_read_are_named(broken: str) -> None:
    with pytest.raises(ContentFault, match="opening hours"):
        parse_hours(broken)
