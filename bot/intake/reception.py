"""What happens to a webhook body before the 200: verify, understand, put into mailboxes. Knows no HTTP server."""

from __future__ import annotations

import itertools
from datetime import datetime
from enum import Enum
from time import time_ns

import orjson

from bot import traces
from bot.clock import Clock
from bot.errors import RedisUnavailable
from bot.failpoints import reach
from bot.intake.fullness import Fullness
from bot.intake.lanes import Lane, Letter
from bot.intake.together import Together
from bot.logs import logger
from bot.messenger.event import Event, EventKind
from bot.messenger.events import parse_delivery
from bot.messenger.signature import is_valid
from bot.metrics import ALARM, DUPLICATES, EVENTS, PASSED_OVER, WEBHOOKS
from bot.store.conversations import conversation_id
from bot.store.times import to_ms

log = logger("reception")

LONGEST_COMMENT_ID = 120


class Verdict(Enum):
    """What Messenger hears, as an HTTP status, and why."""

    TAKEN = 200  # every event is on disk, or was before
    NOT_JSON = 400  # signed, and not JSON all the same
    FORGED = 403  # unsigned, or signed with another secret
    OVERSIZE = 413
    REDIS_AWAY = 503  # or full: Messenger tries again


def is_kept(event: Event) -> bool:
    """A comment that can be named is handled although its author has no thread."""
    return event.kind is EventKind.COMMENT and event.mid is not None and len(event.mid) <= LONGEST_COMMENT_ID


class Reception:
    """Takes deliveries for all pages of the installation into the `in` lane."""

    def __init__(self, lane: Lane, app_secret: str, clock: Clock, app_id: str | None = None) -> None:
        """`app_id`: ours; echoes of what we sent ourselves are waited for by nobody."""
        self.app_id = app_id
        self.mailboxes = Together(lane)
        self.fullness = Fullness(lane.redis)
        self.app_secret = app_secret
        self.clock = clock

    async def take(self, body: bytes, signature: str | None) -> Verdict:
        """`body` as received: the signature is over its bytes, never over what a parser made of them."""
        verdict = await self._take(body, signature)
        WEBHOOKS.labels(result=verdict.name.lower()).inc()
        return verdict

    async def _take(self, body: bytes, signature: str | None) -> Verdict:
        if not is_valid(self.app_secret, body, signature):
            return Verdict.FORGED
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            return Verdict.NOT_JSON
        now, began = self.clock(), time_ns()
        delivery = parse_delivery(payload, now)
        for kind, count in delivery.passed_over.items():
            PASSED_OVER.labels(kind=kind).inc(count)
        letters = [self._letter(event, now) for event in delivery.events if event.psid is not None or is_kept(event)]
        for event in delivery.events:
            EVENTS.labels(kind=event.kind.value).inc()
            if event.psid is None:
                self._without_person(event)
        if not letters:
            return Verdict.TAKEN
        try:
            if await self.fullness.is_full():
                ALARM.labels(what="redis_full").set(1)
                log.error("redis_full")
                return Verdict.REDIS_AWAY
            reach("received")
            fresh = await self.mailboxes.deliver(letters)
            reach("kept")
        except RedisUnavailable as error:
            ALARM.labels(what="redis_away").set(1)
            log.error("redis_away", code=error.code)
            return Verdict.REDIS_AWAY
        ALARM.labels(what="redis_away").set(0)
        ALARM.labels(what="redis_full").set(0)
        DUPLICATES.inc(len(fresh) - sum(fresh))
        for letter in itertools.compress(letters, fresh):
            traces.received(letter.key, began, time_ns(), conversation=letter.conversation)
        return Verdict.TAKEN

    def _letter(self, event: Event, now: datetime) -> Letter:
        ours = event.kind is EventKind.ECHO and event.app_id is not None and event.app_id == self.app_id
        quiet = ours or event.kind in (EventKind.DELIVERY, EventKind.READ)
        entry = {"event": event.to_dict(), "taken_at": to_ms(now), "key": event.key}
        # A comment's author has no thread yet: what happens to one comment is in order, and no more is needed.
        return Letter(conversation_id(event.page_id, event.psid or f"#{event.mid}"), event.key, entry, quiet)

    @staticmethod
    def _without_person(event: Event) -> None:
        """Events of the page itself. A warning or a block by the platform is a matter for operations, at once."""
        if event.kind is EventKind.POLICY:
            ALARM.labels(what="page_policy").set(0 if event.extra.get("action") == "unblock" else 1)
            log.error("page_policy", page=event.page_id)
