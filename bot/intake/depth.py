"""How much lies in the mailboxes and for how long, read whenever the metrics are asked for.

Not told by the workers: with none of them alive it would be silence, just when it is needed.
"""

from __future__ import annotations

from typing import Any

import orjson

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake import keys
from bot.intake.lanes import Lane, Lanes
from bot.metrics import ALARM, MAILBOX, MAILBOX_AGE

# Mailboxes looked into for the oldest event: those that come next, and those that are held longest. Of a jam deeper
# than this the figure is a lower bound.
LOOKED_INTO = 100


async def look(lanes: Lanes) -> None:
    """Bring the gauges up to date; Redis away is an alarm of its own."""
    try:
        for lane in (lanes.inward, lanes.outward):
            waiting, held = await lane.depth()
            MAILBOX.labels(lane=lane.name, state="waiting").set(waiting)
            MAILBOX.labels(lane=lane.name, state="held").set(held)
        MAILBOX_AGE.labels(lane=lanes.inward.name).set(await oldest_seconds(lanes.inward, epoch_ms()))
    except RedisUnavailable:
        ALARM.labels(what="redis_away").set(1)
        return
    ALARM.labels(what="redis_away").set(0)


async def oldest_seconds(lane: Lane, now: int) -> float:
    """How long ago the oldest event that is still in a mailbox was taken in; 0 when all are empty.

    By the events themselves: a conversation that is tried again and again wants work "now" each time.
    """
    pipe = lane.redis.pipeline(transaction=False)
    pipe.zrange(lane.due, 0, LOOKED_INTO - 1)
    pipe.zrange(lane.held, 0, LOOKED_INTO - 1)
    due, held = await lane.run(pipe.execute())
    pipe = lane.redis.pipeline(transaction=False)
    for name in {*due, *held}:
        pipe.lindex(keys.MAIL + name.decode(), 0)
    letters = await lane.run(pipe.execute())
    return max((_age(orjson.loads(letter), now) for letter in letters if letter), default=0.0)


def _age(entry: dict[str, Any], now: int) -> float:
    # What we tell ourselves (a timer) carries no time: nobody waits for it.
    return max(0, now - int(entry.get("taken_at") or now)) / 1000
