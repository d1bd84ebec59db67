"""Takes comment events on record; read and answered they are beside the lanes (replying.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.comments.private_data import sensitive
from bot.incidents.telling import Consoles
from bot.messenger.event import Event
from bot.messenger.json_values import as_id, as_object, as_text
from bot.store import comments
from bot.store.comments import State
from bot.store.database import Database, Tx
from bot.store.times import to_ms

_LONGEST_ID = 120
LONGEST_TEXT = 8_000
"""As the platform itself allows (docs/graph-api: 8,000 characters)."""
# What PostgreSQL cannot store, and what no text on a screen needs.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


class Arriving:
    def __init__(self, database: Database, desk: Consoles, clock: Clock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def take(self, event: Event) -> None:
        """Keep what the event says of its comment. Our own comments and what has no id are passed over."""
        author = as_object(event.extra.get("from"))
        if not event.mid or len(event.mid) > _LONGEST_ID or as_id(author.get("id")) == event.page_id:
            return
        now = self.clock()
        await self.database.run(lambda tx: self._keep(tx, event, as_text(author.get("name")), now))

    def _keep(self, tx: Tx, event: Event, author: str | None, now: datetime) -> None:
        assert event.mid is not None
        verb, at = event.extra.get("verb"), to_ms(now)
        text = (event.text or "")[:LONGEST_TEXT].translate(_UNWRITABLE)
        if verb == "remove":
            # Also where it comes before the comment itself, which then finds its place taken.
            comments.add(tx, **{**self._new(event, "", None, now), "state": State.PASSED.value})
            comments.removed(tx, event.mid, at)
        elif verb in ("hide", "unhide"):
            comments.change(tx, event.mid, hidden_at=at if verb == "hide" else None)
        elif verb == "edited" and comments.find(tx, event.mid) is not None:
            comments.rewritten(tx, event.mid, text, sensitive(text, now), at)
        elif not comments.add(tx, **self._new(event, text, author, now)):
            return
        self.desk.announce(tx, "comment")

    @staticmethod
    def _new(event: Event, text: str, author: str | None, now: datetime) -> dict[str, Any]:
        link = as_text(as_object(event.extra.get("post")).get("permalink_url")) or ""
        return {
            "id": event.mid,
            "page_id": event.page_id,
            "post_id": (as_id(event.extra.get("post_id")) or "")[:_LONGEST_ID] or None,
            "link": link if link.startswith("https://") else None,
            "author": author,
            "text": text,
            "sensitive": sensitive(text, now),
            "state": State.NEW.value,
            "due_at": to_ms(now),
            "at": to_ms(min(event.at, now)),
        }
