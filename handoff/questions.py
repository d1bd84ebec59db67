"""Questions to another department: the agent keeps the conversation, the answer lands beside it as a note.

Knows nothing of how a question or its list looks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.clock import WARSAW
from bot.errors import Refused, Rejected
from bot.store import agents, audit, notes, questions
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.questions import Question, Settlement
from bot.store.times import from_ms, to_ms
from handoff.events import Event, Kind
from handoff.floor import Floor
from handoff.side_acts import NotAllowed

# A promise for sooner nobody can keep; for later, the matter is given to that department instead.
SOONEST, LATEST = timedelta(minutes=5), timedelta(days=3)


class QuestionSettled(Refused):
    """Somebody has answered it, or it was withdrawn."""

    code = "question_settled"


class Questions:
    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def ask(self, tx: Tx, agent: Agent, conversation_id: str, *, department: str, text: str, within: timedelta) -> int:
        """Ask `department`, which agrees to answer `within` this time; the customer hears that somebody was asked."""
        conversation = self.floor.held_by(tx, agent, conversation_id)
        if department not in self.floor.names.section("departments"):
            raise Rejected(code="no_such_department")
        if not text.strip():
            raise Rejected(code="question_empty")
        if not SOONEST <= within <= LATEST:
            raise Rejected(code="question_term")
        now = self.floor.now()
        due = to_ms(self.floor.house.hours(tx).after(from_ms(now), within))
        id = questions.ask(
            tx,
            conversation_id=conversation_id,
            agent_id=agent.id,
            department=department,
            text=text.strip(),
            asked_at=now,
            due_at=due,
        )
        called = [one.id for one in agents.everybody(tx) if department in one.departments and one.id != agent.id]
        self._note(tx, conversation_id, agent.id, text.strip(), called, notes.Kind.QUESTION, department)
        event = {"kind": "desk", "what": "question_due", "question": id}
        self.floor.tell_worker(tx, conversation_id, f"question:{id}", event, due)
        self._say_asked(tx, conversation, agent, id, department, due, now)
        self._record(tx, agent, conversation_id, "question_asked", id)
        return id

    def answer(self, tx: Tx, agent: Agent, question_id: int, text: str) -> None:
        """Somebody of the department asked, or a supervisor, answers; whoever asked is called."""
        question = self._open(tx, question_id)
        if question.department not in agent.departments and agent.departments and not agent.supervises:
            raise NotAllowed(code="not_asked")
        if not text.strip():
            raise Rejected(code="question_empty")
        self._settle(tx, question, Settlement.ANSWERED, agent)
        called = [question.agent_id] if question.agent_id != agent.id else []
        kind = notes.Kind.ANSWER
        self._note(tx, question.conversation_id, agent.id, text.strip(), called, kind, question.department)
        self._record(tx, agent, question.conversation_id, "question_answered", question.id)

    def withdraw(self, tx: Tx, agent: Agent, question_id: int) -> None:
        """Who asked, or a supervisor, no longer needs the answer."""
        question = self._open(tx, question_id)
        if question.agent_id != agent.id and not agent.supervises:
            raise NotAllowed
        self._settle(tx, question, Settlement.WITHDRAWN, agent)
        self._record(tx, agent, question.conversation_id, "question_withdrawn", question.id)

    def due(self, tx: Tx, conversation: Conversation, event: dict[str, Any], now: int) -> None:
        """The agreed time has passed: whoever asked and whoever was asked are reminded, once."""
        question = questions.find(tx, int(event["question"]))
        if question is None or question.settled_at is not None or question.reminded_at is not None:
            return
        questions.reminded(tx, question.id, now)
        called = [one.id for one in agents.everybody(tx) if question.department in one.departments]
        everyone = sorted({*called, question.agent_id})
        kind = notes.Kind.REMINDER
        self._note(tx, conversation.id, notes.NOBODY, question.text, everyone, kind, question.department)
        audit.note(tx, at=now, who="system", what="question_overdue", subject=conversation.id, question=question.id)
        self.floor.told.row_and_card(tx, conversation.id)

    def forget(self, tx: Tx, conversation_id: str, now: int) -> None:
        """The matter is done: nobody waits for these answers."""
        questions.settle_all(tx, conversation_id, now=now)

    @staticmethod
    def _open(tx: Tx, id: int) -> Question:
        found = questions.find(tx, id)
        if found is None or found.settled_at is not None:
            raise QuestionSettled
        return found

    def _settle(self, tx: Tx, question: Question, settlement: Settlement, agent: Agent) -> None:
        if not questions.settle(tx, question.id, settlement, by=agent.id, now=self.floor.now()):
            raise QuestionSettled

    def _note(
        self, tx: Tx, conversation: str, agent_id: int, text: str, called: list[int], kind: notes.Kind, department: str
    ) -> None:
        id = notes.add(
            tx,
            conversation_id=conversation,
            agent_id=agent_id,
            text=text,
            mentions=called,
            at=self.floor.now(),
            kind=kind,
            department=department,
        )
        self.floor.told.tell(tx, Event(Kind.NOTE, conversation, (id,)))

    def _record(self, tx: Tx, agent: Agent, conversation: str, what: str, id: int) -> None:
        audit.note(tx, at=self.floor.now(), who=f"agent:{agent.id}", what=what, subject=conversation, question=id)
        self.floor.told.row_and_card(tx, conversation)

    def _say_asked(
        self, tx: Tx, conversation: Conversation, agent: Agent, id: int, department: str, due: int, now: int
    ) -> None:
        term, today = from_ms(due).astimezone(WARSAW), from_ms(now).astimezone(WARSAW)
        slots = {
            "pytany": department,
            "termin": term.isoformat(),
            "dzis": term.date() == today.date(),
            "imie": agent.first_name,
        }
        self.floor.say(tx, conversation, "utter_dzial_zapytany", slots, f"question:{id}:asked", now)
