"""What the desk tells open consoles: typed events on one Redis stream. Only `handoff/desk.py` sends any.

An event names what has changed and holds none of it. Whoever reads it looks the present state up in SQL, so events
that arrive twice, late or in another order than the commits still lead to the truth, and no text passes through Redis.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.intake import keys
from bot.logs import logger

STREAM = keys.DESK
# At 20 messages a second with three commits each: the last five minutes; who slept longer takes a snapshot.
KEPT = 20_000

log = logger("desk")


class Kind(StrEnum):
    ROW = "row"  # a conversation's line in the lists: owner, last message, unread
    MESSAGE = "message"  # a message came, or its text or status changed
    NOTE = "note"  # agents wrote to each other
    CARD = "card"  # what is known of the customer or the matter changed
    AGENT = "agent"  # an agent's presence, load or account
    SET_ASIDE = "set_aside"  # an event that could not be handled, or one settled
    TYPING = "typing"  # somebody is writing; nothing of it is stored
    VIEWERS = "viewers"  # who has the conversation open
    INCIDENT = "incident"  # one began or ended, or a subject is asked about more than usual
    COMMENT = "comment"  # one under the page's posts wants somebody, or was settled


@dataclass(frozen=True, slots=True)
class Event:
    """One change. `ids` are message ids (MESSAGE), note ids (NOTE) or agent ids (AGENT, TYPING, VIEWERS)."""

    kind: Kind
    conversation_id: str | None = None
    ids: tuple[int, ...] = ()

    @classmethod
    def from_wire(cls, fields: dict[str, Any]) -> Event:
        return cls(Kind(fields["kind"]), fields["conversation_id"], tuple(fields["ids"]))


async def send(redis: Redis, happened: list[Event]) -> None:
    """Append `happened` as one entry. Redis being away loses it: the commit that it tells of stands all the same."""
    try:
        entry = {"e": orjson.dumps(happened)}
        await redis.xadd(STREAM, entry, maxlen=KEPT, approximate=True)  # type: ignore[arg-type]
    except RedisError:
        log.warning("console_events_lost", count=len(happened), exc_info=True)


async def newest_id(redis: Redis) -> str:
    """The position from which a snapshot taken now has to be continued."""
    last: list[Any] = await redis.xrevrange(STREAM, count=1) or []
    return _text(last[0][0]) if last else "0-0"


async def after(redis: Redis, position: str) -> tuple[str, list[Event]] | None:
    """Everything since `position` and the position it reaches; None when the stream no longer goes back that far."""
    oldest: list[Any] = await redis.xrange(STREAM, count=1) or []
    if oldest and position != "0-0" and _order(_text(oldest[0][0])) > _order(position):
        return None
    return _entries(position, await redis.xrange(STREAM, min=f"({position}") or [])


async def wait(redis: Redis, position: str, seconds: float) -> tuple[str, list[Event]]:
    """Everything since `position`, or what comes within `seconds`."""
    found: Any = await redis.xread({STREAM: position}, count=500, block=int(seconds * 1000))
    return _entries(position, found[0][1] if found else [])


def _entries(position: str, entries: list[Any]) -> tuple[str, list[Event]]:
    if not entries:
        return position, []
    happened = [Event.from_wire(one) for _, fields in entries for one in orjson.loads(fields[b"e"])]
    return _text(entries[-1][0]), happened


def _order(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


def is_position(text: str) -> bool:
    """Whether a browser's word for where it stood can be one of ours."""
    ms, dash, n = text.partition("-")
    return bool(dash) and ms.isdigit() and n.isdigit()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
