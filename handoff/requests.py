"""From the request for a person until one comes: the handoff on record, and what the customer hears meanwhile."""

from __future__ import annotations

from typing import Any

from bot.dialogue.emergencies import Emergency, emergency
from bot.store import audit, conversations, desk_queries, handoffs, timers
from bot.store.agents import Presence
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import URGENT_REASONS, Ending, Handoff
from bot.store.times import from_ms
from handoff import ownership, presence, waiting
from handoff.events import Event, Kind
from handoff.floor import DEFAULT_DEPARTMENT, Floor, top_frame
from handoff.ownership import Move, Owner

# An honest estimate comes from what happened lately, not from last week's quiet Sunday.
WAITS_COUNTED_MS = 3 * 3_600_000
# So often the customer hears that it takes longer; more would be noise.
SIGNS_OF_LIFE = 3
# Who has passed a thread may no longer write there; what was just said leaves first.
SAID_BEFORE_PASSING_MS = 4_000


class Requests:
    def __init__(self, floor: Floor, *, passes_to_inbox: bool) -> None:
        """`passes_to_inbox`: people answer in the page's own inbox, so the thread goes there."""
        self.floor = floor
        self.passes_to_inbox = passes_to_inbox

    def request(
        self, tx: Tx, conversation: Conversation, *, reason: str, department: str | None, detail: str | None, now: int
    ) -> None:
        """The assistant asks for a person; the customer hears when one will answer. Asked twice is asked once."""
        if Owner(conversation.owner) is not Owner.BOT:
            return
        moved = ownership.move(
            tx, conversation, Move.REQUEST, now=now, department=department or DEFAULT_DEPARTMENT, reason=reason
        )
        frame = top_frame(conversation)
        id = handoffs.start(
            tx,
            conversation_id=moved.id,
            reason=reason,
            detail=detail,
            department=moved.department,
            flow=frame.get("flow"),
            step=frame.get("step"),
            requested_at=now,
        )
        self.promise(tx, moved, id, reason, now)
        # The customer's right to a person is provable: what was asked when stands in the audit.
        self.floor.owner_changed(tx, moved, "bot", "handoff_requested", now)

    def promise(self, tx: Tx, conversation: Conversation, id: int, reason: str, now: int) -> None:
        place = self._place(tx, conversation)
        made = waiting.promise(
            reason=reason,
            place=place,
            expected=self._expected(tx, now),
            hours=self.floor.house.hours(tx),
            now=from_ms(now),
            somebody_is_here=presence.somebody_is(tx, Presence.AVAILABLE, now),
        )
        handoffs.change(tx, id, promised=made.kept())
        self.floor.say(tx, conversation, made.response, made.slots, f"handoff:{id}:promise", now)
        if made.response == "utter_handoff_closed":
            self.floor.say(tx, conversation, "utter_handoff_closed_offer", {}, f"handoff:{id}:offer", now)
        self._look_again(tx, conversation, id, 0, made.until)
        if self.passes_to_inbox:
            event = {"kind": "desk", "what": "pass_to_inbox", "handoff": id}
            self.floor.tell_worker(tx, conversation.id, f"desk:pass:{id}", event, now + SAID_BEFORE_PASSING_MS)

    def withdraw(self, tx: Tx, conversation: Conversation, now: int) -> None:
        """The customer would rather have something of the assistant, a call say, than wait for a person."""
        moved = ownership.move(tx, conversation, Move.RETURN, now=now)
        handoffs.end(tx, conversation.id, Ending.ABANDONED, now)
        timers.cancel(tx, conversation.id, "desk:")
        self.floor.owner_changed(tx, moved, "customer", "handoff_withdrawn", now)

    def customer_wrote(self, tx: Tx, conversation: Conversation, message_id: int, text: str | None, now: int) -> None:
        desk_queries.add_unread(tx, conversation.id)
        self.floor.told.messages(tx, conversation.id, [message_id], card=True)
        going_on = handoffs.open_of(tx, conversation.id)
        if Owner(conversation.owner) is not Owner.WAITING or going_on is None:
            return
        found = emergency(text or "")
        if found is not None and going_on.reason not in URGENT_REASONS:
            self._alarmed(tx, conversation, going_on, found, now)
            return
        # The id is the same every time, so it is said once a handoff.
        self.floor.say(tx, conversation, "utter_handoff_added", {}, f"handoff:{going_on.id}:added", now)

    def _alarmed(self, tx: Tx, conversation: Conversation, going_on: Handoff, found: Emergency, now: int) -> None:
        """Nobody is here yet, and somebody may be in danger: say whom to call, and where it is sure, go first."""
        self.floor.say(tx, conversation, found.response, {}, f"handoff:{going_on.id}:alarm:{found.reason}", now)
        if not found.is_sure:
            return
        handoffs.change(tx, going_on.id, reason=found.reason)
        conversations.change(tx, conversation.id, reason=found.reason)
        audit.note(tx, at=now, who="system", what="handoff_urgent", subject=conversation.id, handoff=going_on.id)
        self.floor.told.row_and_card(tx, conversation.id)

    def sign_of_life(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """The wait has passed what was promised: say so, and let the supervisors see it."""
        going_on = handoffs.find(tx, int(event["handoff"]))
        if going_on is None or going_on.accepted_at or going_on.ended_at or conversation.owner != Owner.WAITING.value:
            return
        n = int(event.get("n", 0))
        closed = (going_on.promised or {}).get("response") == "utter_handoff_closed"
        if not (closed and n == 0):
            slots = {"miejsce": self._place(tx, conversation)}
            self.floor.say(
                tx, conversation, "utter_handoff_still_waiting", slots, f"handoff:{going_on.id}:still:{n}", now
            )
            audit.note(tx, at=now, who="system", what="handoff_overdue", subject=conversation.id, handoff=going_on.id)
            self.floor.told.tell(tx, Event(Kind.ROW, conversation.id))
        if n < SIGNS_OF_LIFE:
            # Each next one comes later than the one before: 10, 20, 30 minutes.
            self._look_again(tx, conversation, going_on.id, n + 1, now + (n + 1) * waiting.SIGN_OF_LIFE_MS)

    def _look_again(self, tx: Tx, conversation: Conversation, id: int, n: int, due_at: int) -> None:
        event = {"kind": "desk", "what": "sign_of_life", "handoff": id, "n": n}
        self.floor.tell_worker(tx, conversation.id, f"desk:wait:{id}:{n}", event, due_at)

    def _place(self, tx: Tx, conversation: Conversation) -> int:
        since = conversation.waiting_since
        assert since is not None, "only a waiting conversation has a place"
        return handoffs.place(tx, since, conversation.department)

    def _expected(self, tx: Tx, now: int) -> waiting.Estimate | None:
        waits = handoffs.waits_since(tx, now - WAITS_COUNTED_MS)
        oldest = handoffs.oldest_waiting_since(tx)
        return waiting.estimate(waits, now - oldest if oldest is not None else 0)
