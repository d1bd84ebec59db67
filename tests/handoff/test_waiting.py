"""What a waiting customer is told is honest: from real waits, a range, nothing when there is too little to say."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import WARSAW
from handoff.hours import parse_hours
from handoff.waiting import ENOUGH_WAITS, Estimate, estimate, promise

MINUTE = 60_000
HOURS = parse_hours("pn-pt 08:00-20:00")
NOON = datetime(2026, 11, 23, 12, tzinfo=WARSAW)
NIGHT = datetime(2026, 11, 23, 23, tzinfo=WARSAW)


def minutes(*waits: float) -> list[int]:
    return [int(wait * MINUTE) for wait in waits]


@pytest.mark.parametrize(
    ("waits", "oldest", "expected"),
    [
        (minutes(3, 4, 4, 6, 9, 9), 0, Estimate(5, 10)),
        (minutes(1, 1, 1, 1, 1), 0, Estimate(1, 1)),
        # Somebody has been waiting longer than anybody who was taken lately: that is the truth now.
        (minutes(3, 4, 4, 6, 9, 9), 25 * MINUTE, Estimate(5, 30)),
        (minutes(3, 4, 4, 6), 0, None),
        (minutes(*[500] * 9), 0, None),
        ([], 0, None),
    ],
)
def test_the_estimate_is_the_middle_half_of_the_last_hours_waits(
    waits: list[int], oldest: int, expected: Estimate | None
) -> None:
    assert estimate(waits, oldest) == expected


def test_too_few_waits_promise_nothing() -> None:
    assert estimate(minutes(*[5] * (ENOUGH_WAITS - 1)), 0) is None


@pytest.mark.parametrize(
    ("reason", "place", "expected", "now", "somebody", "response"),
    [
        ("prosba", 2, Estimate(5, 10), NOON, False, "utter_handoff_queued_range"),
        ("prosba", 2, Estimate(5, 5), NOON, False, "utter_handoff_queued"),
        ("prosba", 1, Estimate(2, 5), NOON, False, "utter_handoff_next"),
        ("prosba", 1, None, NOON, False, "utter_handoff_no_estimate"),
        ("prosba", 1, None, NIGHT, False, "utter_handoff_closed"),
        ("prosba", 1, None, NIGHT, True, "utter_handoff_no_estimate"),
        ("ranni", 9, None, NIGHT, False, "utter_handoff_urgent"),
        ("rasa_niedostepna", 1, None, NOON, False, "utter_handoff_fault"),
        ("rasa_niedostepna", 1, None, NIGHT, False, "utter_handoff_closed"),
    ],
)
def test_the_first_sentence_fits_the_reason_the_hour_and_the_queue(
    reason: str, place: int, expected: Estimate | None, now: datetime, somebody: bool, response: str
) -> None:
    made = promise(reason=reason, place=place, expected=expected, hours=HOURS, now=now, somebody_is_here=somebody)
    assert made.response == response


def test_a_promise_lasts_until_its_later_end() -> None:
    made = promise(reason="prosba", place=3, expected=Estimate(5, 15), hours=HOURS, now=NOON, somebody_is_here=True)
    assert made.until == int(NOON.timestamp() * 1000) + 15 * MINUTE
