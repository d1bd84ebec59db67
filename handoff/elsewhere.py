"""Threads that somebody outside this product holds: the assistant falls silent for them, and later may return."""

from __future__ import annotations

from typing import Any

from bot.errors import Refused
from bot.logs import logger
from bot.messenger.errors import GraphError
from bot.messenger.graph import PAGE_INBOX_APP_ID
from bot.store import audit, handoffs, timers
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Ending
from handoff import ownership
from handoff.floor import Floor
from handoff.ownership import Move, Owner
from handoff.ports import Platform

# Control of a thread lapses after 24 hours without activity, and nobody tells us (…/conversation-routing, 24 Sep 2025).
LAPSES_MS = 24 * 3_600_000


log = logger("desk")


class ThreadKept(Refused):
    """The platform does not give us the thread; whoever holds it has to."""

    code = "thread_kept"


class Elsewhere:
    def __init__(self, floor: Floor, platform: Platform | None) -> None:
        self.floor = floor
        self.platform = platform

    @property
    def passes(self) -> bool:
        return self.platform is not None and self.floor.settings.handoff_target == "page_inbox"

    async def fetch_thread(self, conversation_id: str) -> None:
        """Ask the platform for a thread that others hold, before one of us answers in it. Raises ThreadKept."""
        found = await self.floor.database.read(lambda tx: self.floor.find(tx, conversation_id))
        if self.platform is None or Owner(found.owner) is not Owner.ELSEWHERE:
            return
        try:
            await self.platform.take_thread_control(found.page_id, found.psid)
        except GraphError as error:
            log.warning("thread_not_taken", conversation=conversation_id, error=type(error).__name__)
            raise ThreadKept from error

    def pass_to_inbox(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """The customer has heard what happens: the thread goes to the page's inbox, with the way to the card."""
        platform, waiting = self.platform, handoffs.open_of(tx, conversation.id)
        if platform is None or waiting is None or waiting.id != event.get("handoff") or waiting.accepted_at:
            return
        self.go(tx, conversation, now)
        card = f"{self.floor.settings.public_url}/konsola/rozmowa/{conversation.id}"

        async def pass_on() -> None:
            try:
                await platform.pass_thread_control(conversation.page_id, conversation.psid, PAGE_INBOX_APP_ID, card)
            except GraphError as error:
                log.warning("thread_not_passed", conversation=conversation.id, error=type(error).__name__)
                await self.floor.database.run(lambda again: self._put_back(again, conversation.id, now))

        tx.after_commit(pass_on)

    def _put_back(self, tx: Tx, conversation_id: str, now: int) -> None:
        """The inbox did not get it: the customer waits here, and our own agents see them."""
        conversation = self.floor.find(tx, conversation_id)
        if Owner(conversation.owner) is not Owner.ELSEWHERE:
            return
        moved = ownership.move(tx, conversation, Move.REQUEUE, now=now, reason="usterka")
        handoffs.start(tx, conversation_id=moved.id, reason="usterka", department=moved.department, requested_at=now)
        self.floor.owner_changed(tx, moved, "system", "thread_not_passed", now)

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
        if now - (conversation.last_customer_at or 0) < LAPSES_MS:
            # Later the assistant may not write first; it introduces itself when the customer does.
            event = {"kind": "handback", "edits": {}}
            self.floor.tell_worker(tx, moved.id, f"handback:{moved.id}:{moved.epoch}", event, now)
        self.floor.owner_changed(tx, moved, "system", "thread_came_back", now)

    def _look_again(self, tx: Tx, conversation: Conversation, due_at: int) -> None:
        event = {"kind": "desk", "what": "elsewhere_lapsed", "epoch": conversation.epoch}
        id = f"desk:elsewhere:{conversation.id}:{conversation.epoch}:{due_at}"
        self.floor.tell_worker(tx, conversation.id, id, event, due_at)
