"""Who controls a thread: the rules of Conversation Routing; knows nothing of HTTP or of how events travel.

Source: documentation/business-messaging/messenger-platform/conversation-routing (24 Sep 2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messenger.graph import PAGE_INBOX_APP_ID
from bot.simulator import refusals
from bot.simulator.refusals import RefusalError, bad_parameter
from bot.simulator.thread import Thread

CONTROL_LASTS = timedelta(hours=24)
LONGEST_EXTENSION = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Routing:
    """The page's setting: our app, and which app gets new and idle threads (None: none, so that all may write)."""

    app_id: str
    default_app_id: str | None

    def is_standby(self, thread: Thread, now: datetime) -> bool:
        """Whether our app only overhears what happens in this thread."""
        owner = thread.owner(now) or self.default_app_id
        return owner is not None and owner != self.app_id

    def check_may_send(self, thread: Thread, now: datetime) -> None:
        if self.is_standby(thread, now):
            raise RefusalError(refusals.NOT_IN_CONTROL)

    def customer_wrote(self, thread: Thread, now: datetime) -> None:
        """An idle thread goes to the default app; activity keeps control where it is."""
        thread.give(thread.owner(now) or self.default_app_id, now + CONTROL_LASTS)

    def wrote(self, thread: Thread, app_id: str, now: datetime) -> None:
        """Whoever writes takes control implicitly; an extension that is longer stays."""
        kept = thread.owned_until if thread.owner(now) == app_id else None
        thread.give(app_id, max(kept or now, now + CONTROL_LASTS))

    def hand(self, thread: Thread, target_app_id: object, now: datetime) -> str:
        """Our app passes the thread on. Returns the new owner."""
        target = str(target_app_id or "")
        if target not in (self.app_id, PAGE_INBOX_APP_ID):
            raise RefusalError(refusals.BAD_TARGET_APP)
        self._check_owns(thread, now)
        thread.give(target, now + CONTROL_LASTS)
        return target

    def take(self, thread: Thread, now: datetime) -> str | None:
        """Our app takes the thread; only the default app may. Returns the owner that lost it."""
        if self.default_app_id != self.app_id:
            raise RefusalError(refusals.NOT_OWNER)
        previous = thread.owner(now)
        thread.give(self.app_id, now + CONTROL_LASTS)
        return previous

    def release(self, thread: Thread, now: datetime) -> None:
        if thread.owner(now) != self.app_id:
            raise RefusalError(refusals.NOT_OWNER)
        thread.give(None, None)

    def extend(self, thread: Thread, duration: object, now: datetime) -> None:
        if thread.owner(now) != self.app_id:
            raise RefusalError(refusals.NOT_OWNER)
        if isinstance(duration, bool) or not isinstance(duration, int):
            raise RefusalError(bad_parameter("duration"))
        if not 0 < duration <= LONGEST_EXTENSION.total_seconds():
            raise RefusalError(bad_parameter("duration: at most seven days, in seconds"))
        thread.give(self.app_id, now + timedelta(seconds=duration))

    def visible_owner(self, thread: Thread, now: datetime) -> tuple[str, datetime] | None:
        """What thread_owner tells us: nothing when the thread is idle, or when it is not ours to know."""
        owner = thread.owner(now)
        if owner is None or thread.owned_until is None or self.app_id not in (owner, self.default_app_id):
            return None
        return owner, thread.owned_until

    def _check_owns(self, thread: Thread, now: datetime) -> None:
        """Passing works for the owner, and on an idle thread for the default app (or for all without one)."""
        if (thread.owner(now) or self.default_app_id or self.app_id) != self.app_id:
            raise RefusalError(refusals.NOT_OWNER)
