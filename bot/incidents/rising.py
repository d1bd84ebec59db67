"""When a subject is asked about more than usual: plain statistics that a supervisor can be told in two sentences.

Customers are counted by subject and ten minutes. The usual number is the mean of the same weekday and hour in the past
weeks. If so many customers as now came by chance in fewer than one of a hundred thousand such spans (Poisson), and at
least MOST_ALONE of them, an incident is suggested.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import WARSAW
from bot.incidents.concern import intent_of
from bot.store.times import from_ms, to_ms

SLOT_MS = 600_000
SLOTS_AN_HOUR = 6
WEEKS = 4
# Forty subjects, 144 spans a day: by chance one false suggestion in about two and a half weeks.
CHANCE = 1e-5
MOST_ALONE = 6
"""Fewer customers than this are no incident, however rare the subject is."""
LEAST_USUAL = 0.2
"""A subject nobody asked about for weeks would make two questions a sensation."""
# Parts of a conversation, not what it is about.
SMALL_TALK = frozenset(
    [
        "powitanie",
        "pozegnanie",
        "podziekowanie",
        "potwierdzenie",
        "zaprzeczenie",
        "anuluj",
        "wroc",
        "pomin",
        "popraw",
        "powtorz",
        "jak_to",
        "podsumowanie",
        "gotowe",
        "pomoc",
        "czy_jestes_botem",
        "na_ty",
        "per_pan_pani",
        "poza_zakresem",
        "konsultant",
        "frustracja",
    ]
)


@dataclass(frozen=True, slots=True)
class Usual:
    """The mean number of customers in ten minutes; `weeks` it is the mean of, 0: of the last day alone."""

    customers: float
    weeks: int


def slot_of(at: int) -> int:
    """When the ten minutes began in which `at` (UTC ms) lies."""
    return at - at % SLOT_MS


def count(heard: Iterable[tuple[str, Mapping[str, Any] | None, int]], slot: int) -> dict[str, int]:
    """Customers by subject in the ten minutes from `slot`: who asks five times is one."""
    asked = {
        (intent, conversation)
        for conversation, understood, at in heard
        if slot_of(at) == slot and (intent := intent_of(understood)) and intent not in SMALL_TALK
    }
    return dict(Counter(subject for subject, _ in asked))


def same_hours(slot: int, first: int) -> list[list[int]]:
    """The slots of the same weekday and hour, Polish time, in each past week that was counted since `first`."""
    hour = from_ms(slot).astimezone(WARSAW).replace(minute=0, second=0, microsecond=0)
    weeks = []
    for back in range(1, WEEKS + 1):
        # By the clock on the wall: across a change of the clocks the same hour is another instant.
        begins = to_ms(hour - timedelta(weeks=back))
        if begins >= first:
            weeks.append([begins + n * SLOT_MS for n in range(SLOTS_AN_HOUR)])
    return weeks


def day_before(slot: int, first: int) -> list[int]:
    """The slots of the 24 hours before, as far as they were counted; for the weeks in which there is no past week."""
    return [each for each in range(slot - 144 * SLOT_MS, slot, SLOT_MS) if each >= first]


def is_rise(customers: int, usual: Usual) -> bool:
    return customers >= MOST_ALONE and tail(customers, max(usual.customers, LEAST_USUAL)) < CHANCE


def tail(least: int, mean: float) -> float:
    """How probable `least` or more are where `mean` are usual, if they come independently (Poisson)."""
    if least <= 0:
        return 1.0
    # Summed from the tail: one minus the other side would be lost in rounding.
    term = math.exp(least * math.log(mean) - mean - math.lgamma(least + 1))
    total, n = 0.0, least
    while term > total * 1e-12 or n < mean:
        total += term
        n += 1
        term *= mean / n
    return min(1.0, total)
