"""What a waiting customer is told: place, an honest estimate, or when we open. Decides; the desk says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.store.handoffs import URGENT_REASONS
from bot.store.times import to_ms
from handoff.hours import Hours

# Fewer waits than this say too little to promise anything from.
ENOUGH_WAITS = 5
# An estimate is rounded up to these minutes: 7 sounds measured, 10 sounds like the estimate that it is.
STEPS_MIN = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)
# Without an estimate, the customer hears of us again after this long.
SIGN_OF_LIFE_MS = 10 * 60_000

FAULT_REASONS = frozenset({"usterka", "rasa_niedostepna", "odlozone"})


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes; the wait is expected to lie between them."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer is told about the wait, as a text's name and its values, and until when it holds."""

    response: str
    slots: Mapping[str, Any]
    until: int

    def kept(self) -> dict[str, Any]:
        """As it is stored with the handoff, for the card and for the next sentence."""
        return asdict(self)


def estimate(waits_ms: Sequence[int], oldest_wait_ms: int) -> Estimate | None:
    """From the real waits of the last hours: their quartiles, never less than somebody is waiting right now."""
    if len(waits_ms) < ENOUGH_WAITS:
        return None
    ordered = sorted(waits_ms)
    lower = ordered[len(ordered) // 4]
    upper = max(ordered[(3 * len(ordered)) // 4], oldest_wait_ms)
    least, most = _round_up(lower), _round_up(upper)
    return None if most > STEPS_MIN[-1] else Estimate(min(least, most), most)


def _round_up(ms: int) -> int:
    minutes = ms / 60_000
    return next((step for step in STEPS_MIN if step >= minutes), STEPS_MIN[-1] + 1)


def promise(
    *, reason: str, place: int, expected: Estimate | None, hours: Hours, now: datetime, somebody_is_here: bool
) -> Promise:
    """The first thing a customer hears after asking for a person."""
    if reason in URGENT_REASONS:
        return Promise("utter_handoff_urgent", {}, to_ms(now) + SIGN_OF_LIFE_MS)
    opens = hours.opens(now)
    if not hours.is_open(now) and not somebody_is_here and opens is not None:
        return Promise("utter_handoff_closed", {"otwarcie": opens.isoformat()}, to_ms(opens))
    if reason in FAULT_REASONS:
        return Promise("utter_handoff_fault", {}, to_ms(now) + SIGN_OF_LIFE_MS)
    return _open_promise(place, expected, now)


def _open_promise(place: int, expected: Estimate | None, now: datetime) -> Promise:
    if expected is None:
        response, slots = "utter_handoff_no_estimate", {"miejsce": place}
        return Promise(response, slots, to_ms(now) + SIGN_OF_LIFE_MS)
    until = to_ms(now) + expected.most * 60_000
    if place == 1 and expected.most <= 5:
        return Promise("utter_handoff_next", {"miejsce": 1}, until)
    if expected.least == expected.most:
        return Promise("utter_handoff_queued", {"miejsce": place, "minuty": expected.most}, until)
    slots = {"miejsce": place, "minuty_od": expected.least, "minuty_do": expected.most}
    return Promise("utter_handoff_queued_range", slots, until)
