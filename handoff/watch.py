"""The watchdog: finds conversations that nobody looks after: a timer was lost, an agent left, a turn said nothing.

`find` reads everything that is to be done now; each finding is then acted on in a transaction of its own, which looks
again whether it still holds. Several workers may watch at once: whoever comes second finds nothing left to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.logs import logger
from bot.metrics import ESCALATED
from bot.store import agents, audit, conversations, handoffs, messages, notes, watch_queries
from bot.store.database import Tx
from bot.store.messages import Author
from handoff import ownership, routing
from handoff.events import Event, Kind
from handoff.floor import Floor
from handoff.ownership import Move, Owner
from handoff.requests import Requests

# Older silences belong to times when this watch did not run; a sentence now would come out of nowhere.
SILENCE_COUNTED_MS = 3_600_000
SILENT = "milczenie"

log = logger("watch")


@dataclass(frozen=True, slots=True)
class Findings:
    overdue: list[str]  # wait past the limit
    silent: list[str]  # the assistant has not answered
    orphaned: list[str]  # held by an agent whose account is closed
    to_give: list[tuple[str, int]]  # (conversation, agent)


class Watch:
    def __init__(self, floor: Floor, requests: Requests) -> None:
        self.floor = floor
        self.requests = requests

    def find(self, tx: Tx) -> Findings:
        settings, now = self.floor.settings, self.floor.now()
        since = now - SILENCE_COUNTED_MS
        silent_before = now - _ms(settings.silence_limit)
        return Findings(
            overdue=watch_queries.overdue(tx, now - _ms(settings.escalate_after)),
            silent=watch_queries.unanswered(tx, since, silent_before, now),
            orphaned=watch_queries.orphaned(tx),
            to_give=routing.to_give_out(tx, settings, now),
        )

    def escalate(self, tx: Tx, conversation_id: str) -> None:
        """The wait has passed its limit: every supervisor is called, once a handoff."""
        now = self.floor.now()
        going_on = handoffs.open_of(tx, conversation_id)
        if going_on is None or going_on.escalated_at is not None or going_on.accepted_at is not None:
            return
        handoffs.change(tx, going_on.id, escalated_at=now)
        called = [one.id for one in agents.everybody(tx) if one.supervises]
        id = notes.add(
            tx,
            conversation_id=conversation_id,
            agent_id=notes.NOBODY,
            text="",
            mentions=called,
            at=now,
            kind=notes.Kind.ESCALATION,
        )
        self.floor.told.tell(tx, Event(Kind.NOTE, conversation_id, (id,)))
        self.floor.told.row_and_card(tx, conversation_id)
        audit.note(tx, at=now, who="system", what="handoff_escalated", subject=conversation_id, handoff=going_on.id)
        ESCALATED.inc()
        log.warning("handoff_escalated", conversation=conversation_id, handoff=going_on.id)

    def end_silence(self, tx: Tx, conversation_id: str) -> None:
        """The assistant owes an answer and is past its limit: a person is asked for."""
        conversation = self.floor.find(tx, conversation_id)
        newest = messages.of_conversation(tx, conversation_id, limit=1)
        if Owner(conversation.owner) is not Owner.BOT or not newest or newest[-1].author != Author.CUSTOMER.value:
            return
        log.warning("assistant_silent", conversation=conversation_id)
        self.requests.request(
            tx, conversation, reason=SILENT, department=conversation.department, detail=None, now=self.floor.now()
        )

    def adopt(self, tx: Tx, conversation_id: str) -> None:
        """Whoever held it has no account any more: back among the waiting."""
        now = self.floor.now()
        conversation = self.floor.find(tx, conversation_id)
        holder = agents.find(tx, conversation.agent_id) if conversation.agent_id is not None else None
        if Owner(conversation.owner) is not Owner.AGENT or (holder is not None and holder.active):
            return
        moved = ownership.move(tx, conversation, Move.REQUEUE, now=now)
        going_on = handoffs.open_of(tx, conversation_id)
        if going_on is not None:
            handoffs.change(tx, going_on.id, accepted_at=None, agent_id=None)
        else:
            handoffs.start(
                tx,
                conversation_id=conversation_id,
                reason=moved.reason or SILENT,
                department=moved.department,
                requested_at=now,
            )
        conversations.change(tx, conversation_id, unread=1)
        self.floor.say(
            tx, moved, "utter_agent_back_in_queue", {}, f"owner:{conversation_id}:{moved.epoch}:adopted", now
        )
        self.floor.owner_changed(tx, moved, "system", "handoff_adopted", now)


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
