"""The terms of the Act of 5 August 2015 on complaints handled by financial market entities; dates only.

A complaint ("reklamacja") is any statement in which a customer raises reservations about the services, however it is
called (art. 2). It is answered within 30 days of its receipt (art. 6); in particularly complicated cases, once the
customer was told why and until when, within 60 (art. 7). To answer in time it is enough to send the answer before the
term ends. The day of receipt is not counted, and a term ends with the end of its last day (art. 111 of the Civil Code).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.clock import WARSAW
from bot.store.times import from_ms, to_ms

TERM, EXTENDED = timedelta(days=30), timedelta(days=60)
# Days before the end on which somebody is reminded, in the morning; and once when it is over.
REMINDED_BEFORE = (10, 3, 1)
MORNING = time(9, 0)
LAST_MOMENT = time(23, 59, 59)
# From so many days on the clock is shown as urgent.
URGENT_DAYS = 3


def due(received: int, term: timedelta = TERM) -> int:
    """The last second, in Poland, in which an answer to what was received then (both UTC ms) is in time."""
    day = from_ms(received).astimezone(WARSAW).date() + term
    return to_ms(datetime.combine(day, LAST_MOMENT, WARSAW))


def reminders(due_at: int, now: int) -> list[int]:
    """The instants (UTC ms) after `now` at which to remind of a term that ends at `due_at`; the last one is its end."""
    last = from_ms(due_at).astimezone(WARSAW).date()
    mornings = [to_ms(datetime.combine(last - timedelta(days=n), MORNING, WARSAW)) for n in REMINDED_BEFORE]
    return [at for at in (*mornings, due_at + 1000) if at > now]


def days_left(due_at: int, now: int) -> int:
    """Whole days in Poland until the last day: 0 on it, negative after it."""
    last, today = (from_ms(at).astimezone(WARSAW).date() for at in (due_at, now))
    return (last - today).days
