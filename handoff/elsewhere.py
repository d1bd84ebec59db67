"""Threads that somebody outside this product holds: the assistant falls silent for them, and later may return."""

from __future__ import annotations

from typing import Any

from bot.store import audit, handoffs, timers
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Ending
from handoff import ownership
from handoff.floor import Floor
from handoff.ownership import Move, Owner

# Control of a thread lapses after 24 hours without activity, and nobody tells us (MESSENGER.md section 6).
LAPSES_MS = 24 * 3_600_000


class Elsewhere:
    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def page_inbox_wrote(self, tx: Tx, conversation: Conversation, message_id: int, now: int) -> None:
        self.go(tx, conversation, now)
        self.floor.told.messages(tx, conversation.id, [message_id])

    def thread_control(
        self, tx: Tx, conversation: Conversation, kind: str, new_owner_app_id: str | None, now: int
    ) -> None:
        ours = new_owner_app_id == self.floor.settings.app_id
        if kind == "request":
            audit.note(tx, at=now, who="system", what="thread_requested", subject=conversation.id)
        elif not ours:
            self.go(tx, conversation, now)
        elif Owner(conversation.owner) is Owner.ELSEWHERE:
            self._come_back(tx, conversation, now)

    def lapsed(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """Nobody out there has done anything for a day: the thread is ours again, by the platform's own rule."""
        if conversation.owner != Owner.ELSEWHERE.value or conversation.epoch != event.get("epoch"):
            return
        quiet_since = max(conversation.last_message_at or 0, conversation.last_customer_at or 0)
        if now - quiet_since >= LAPSES_MS:
            self._come_back(tx, conversation, now)
        else:
            self._look_again(tx, conversation, quiet_since + LAPSES_MS)

    def go(self, tx: Tx, conversation: Conversation, now: int) -> None:
        if Owner(conversation.owner) is Owner.ELSEWHERE:
            return
        moved = ownership.move(tx, conversation, Move.GO_ELSEWHERE, now=now, reason="poza_strona")
        handoffs.end(tx, conversation.id, Ending.ELSEWHERE, now)
        timers.cancel(tx, conversation.id, "desk:")
        self._look_again(tx, moved, now + LAPSES_MS)
        self.floor.owner_changed(tx, moved, "system", "thread_went_elsewhere", now)

    def _come_back(self, tx: Tx, conversation: Conversation, now: int) -> None:
        moved = ownership.move(tx, conversation, Move.RETURN, now=now)
        event = {"kind": "handback", "edits": {}}
        self.floor.tell_worker(tx, moved.id, f"handback:{moved.id}:{moved.epoch}", event, now)
        self.floor.owner_changed(tx, moved, "system", "thread_came_back", now)

    def _look_again(self, tx: Tx, conversation: Conversation, due_at: int) -> None:
        event = {"kind": "desk", "what": "elsewhere_lapsed", "epoch": conversation.epoch}
        id = f"desk:elsewhere:{conversation.id}:{conversation.epoch}:{due_at}"
        self.floor.tell_worker(tx, conversation.id, id, event, due_at)
