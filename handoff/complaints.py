"""What the desk does with complaints: marks them, reminds of their term, lets a person decide and extend.

To take one for a complaint is to open its case (case_acts.py); here are the other two decisions.
"""

from __future__ import annotations

from typing import Any

from bot.complaints import noticing, statute
from bot.dialogue.grievances import Grievance, grievance
from bot.errors import Refused, Rejected
from bot.store import agents, audit, complaints, customers, notes
from bot.store.agents import Agent
from bot.store.complaints import Complaint, Settlement
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.schema import cases
from handoff.events import Event, Kind
from handoff.floor import Floor

REASON_LIMIT = 500


class NoSuchComplaint(Refused):
    code = "no_such_complaint"


class ComplaintSettled(Refused):
    """Somebody has decided already, or the term is the longer one already."""

    code = "complaint_settled"


class Complaints:
    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def heard(self, tx: Tx, conversation: Conversation, message_id: int, text: str | None, now: int) -> None:
        """The customer wrote to a person, or while waiting for one."""
        if text and noticing.notice_words(tx, conversation.id, text, message_id, now):
            self.floor.told.row_and_card(tx, conversation.id)

    def edited(
        self, tx: Tx, conversation: Conversation, message_id: int, text: str | None, now: int
    ) -> Grievance | None:
        """A message was changed: the complaint for which a person is to be called, if that made one of it.

        What a message said before stays said: a complaint that an edit takes back is a person's to dismiss.
        """
        found = grievance(text or "")
        if found is None or not noticing.notice_words(tx, conversation.id, text or "", message_id, now):
            return None
        self.floor.told.row_and_card(tx, conversation.id)
        customer = customers.find(tx, conversation.id)
        if conversation.owner != "bot" or (customer is not None and customers.is_muted(customer, now)):
            return None
        return found if noticing.wants_a_person(conversation.state or {}, found) else None

    def dismiss(self, tx: Tx, agent: Agent, id: int, reason: str) -> None:
        """A person finds that it is no complaint; why, stays on record, as the company answers for it."""
        found = self._open(tx, id)
        if found.case_number is not None:
            raise ComplaintSettled
        self._decide(tx, agent, found, "complaint_dismissed", reason)
        complaints.settle(tx, id, Settlement.DISMISSED, by=agent.id, now=self.floor.now())

    def extend(self, tx: Tx, agent: Agent, id: int, reason: str) -> None:
        """60 days from its receipt: only for a complaint that is a case, once, and before the first term ends."""
        found = self._open(tx, id)
        now = self.floor.now()
        if found.case_number is None:
            raise Rejected(code="complaint_undecided")
        if found.due_at < now:
            raise Rejected(code="complaint_overdue")
        due_at = statute.due(found.at, statute.EXTENDED)
        self._decide(tx, agent, found, "complaint_extended", reason)
        if not complaints.extend(tx, id, due_at, now):
            raise ComplaintSettled
        tx.execute(cases.update().where(cases.c.number == found.case_number).values(due_at=due_at, updated_at=now))
        complaints.remind(tx, id, found.conversation_id, due_at, statute.reminders(due_at, now))

    def term(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """The term comes near, or has passed: whoever answers for it is called beside the conversation."""
        found = complaints.find(tx, int(event["complaint"]))
        if found is None or found.settled_at is not None or found.due_at != event.get("due_at"):
            return
        id = notes.add(
            tx,
            conversation_id=conversation.id,
            agent_id=notes.NOBODY,
            text=str(statute.days_left(found.due_at, now)),
            mentions=self._called(tx, conversation, found, now),
            at=now,
            kind=notes.Kind.TERM,
            department=found.department,
        )
        self.floor.told.tell(tx, Event(Kind.NOTE, conversation.id, (id,)))
        self.floor.told.row_and_card(tx, conversation.id)
        audit.note(tx, at=now, who="system", what="complaint_reminded", subject=conversation.id, complaint=found.id)

    @staticmethod
    def _called(tx: Tx, conversation: Conversation, found: Complaint, now: int) -> list[int]:
        """Who holds the conversation and the department's agents; at the end of the term the supervisors too."""
        urgent = statute.days_left(found.due_at, now) <= statute.URGENT_DAYS
        called = {one.id for one in agents.everybody(tx) if found.department in one.departments}
        called |= {one.id for one in agents.everybody(tx) if urgent and one.supervises}
        return sorted(called | ({conversation.agent_id} if conversation.agent_id else set()))

    def _open(self, tx: Tx, id: int) -> Complaint:
        found = complaints.find(tx, id)
        if found is None:
            raise NoSuchComplaint
        if found.settled_at is not None:
            raise ComplaintSettled
        return found

    def _decide(self, tx: Tx, agent: Agent, found: Complaint, what: str, reason: str) -> None:
        """On record with the reason, by whoever holds the conversation or supervises."""
        if not agent.supervises:
            self.floor.held_by(tx, agent, found.conversation_id)
        if not reason.strip():
            raise Rejected(code="reason_missing")
        audit.note(
            tx,
            at=self.floor.now(),
            who=f"agent:{agent.id}",
            what=what,
            subject=found.case_number or found.conversation_id,
            complaint=found.id,
            reason=reason.strip()[:REASON_LIMIT],
        )
        self.floor.told.row_and_card(tx, found.conversation_id)
