"""Cases that an agent opens or changes from the card; the customer is told the number of a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cases import cases
from bot.cases.cases import Case, State
from bot.cases.sealing import sealer_of
from bot.errors import Refused, Rejected
from bot.store import audit, conversations, handoffs
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.times import from_ms
from handoff import fields
from handoff.card import SENSITIVE
from handoff.floor import Floor, top_frame
from handoff.ports import FieldKind


class NoSuchCase(Refused):
    code = "no_such_case"


class CaseActs:
    def __init__(self, floor: Floor, field_kind: FieldKind) -> None:
        self.floor = floor
        self.field_kind = field_kind

    def open(self, tx: Tx, agent: Agent, conversation_id: str, kind: str, *, key: str) -> str:
        """Open a case of `kind` and tell its number; under the same `key` it is opened once.

        What the customer has answered in the flow of that kind goes into it, and that flow is thereby finished: the
        assistant would otherwise open a second case when it gets the conversation back.
        """
        conversation = self.floor.held_by(tx, agent, conversation_id)
        if kind not in cases.KINDS:
            raise Rejected(code="no_such_kind")
        frame = top_frame(conversation)
        is_of_flow = frame.get("flow") == kind
        values = {slot: known.get("value") for slot, known in frame["fields"].items()} if is_of_flow else {}
        now = self.floor.now()
        opened = cases.open_case(
            tx,
            turn_id=f"agent:{agent.id}:{key}",
            kind=kind,
            department=conversation.department,
            conversation_id=conversation_id,
            fields=values,
            sensitive=[slot for slot in values if self._is_sensitive(kind, slot)],
            sealer=sealer_of(self.floor.settings),
            now=from_ms(now),
        )
        if is_of_flow:
            self._finish_flow(tx, conversation)
        slots = {"nr_sprawy": opened.number}
        self.floor.say(tx, conversation, "utter_sprawa_zalozona", slots, f"case:{opened.number}", now)
        self._record(tx, agent, opened, "case_opened")
        return opened.number

    def set_state(self, tx: Tx, agent: Agent, number: str, state: str) -> None:
        """Move the case on, and tell its customer where the texts say so. Raises Rejected for an unknown state."""
        case = self._mine(tx, agent, number)
        if state not in {member.value for member in State}:
            raise Rejected(code="no_such_state")
        now = self.floor.now()
        cases.set_state(tx, number, State(state), from_ms(now))
        if state != case.state:
            self._tell_of_state(tx, case, state, now)
        self._record(tx, agent, case, "case_state_set", state=state)

    def set_field(self, tx: Tx, agent: Agent, number: str, slot: str, text: str) -> None:
        """Correct a field of the case; read the same way as the customer's answer. Raises BadValue."""
        case = self._mine(tx, agent, number)
        now = from_ms(self.floor.now())
        value = fields.read(case.kind, slot, text, now, self.field_kind, self.floor.names)
        sealer = sealer_of(self.floor.settings) if self._is_sensitive(case.kind, slot) else None
        cases.set_field(tx, number, slot, value, sealer=sealer, now=now)
        self._record(tx, agent, case, "case_field_edited", slot=slot)

    def _mine(self, tx: Tx, agent: Agent, number: str) -> Case:
        """The case, if this agent holds its conversation or supervises."""
        found = cases.find_case(tx, number)
        if found is None:
            raise NoSuchCase
        if not agent.supervises:
            self.floor.held_by(tx, agent, found.conversation_id)
        return found

    def _tell_of_state(self, tx: Tx, case: Case, state: str, now: int) -> None:
        """The customer was promised to hear of every change; a state set and set back at once is told once each."""
        conversation = conversations.find(tx, case.conversation_id)
        if conversation is not None:
            slots = {"nr_sprawy": case.number, "stan": state}
            self.floor.say(tx, conversation, "utter_zmiana_stanu", slots, f"case:{case.number}:{state}:{now}", now)

    def _finish_flow(self, tx: Tx, conversation: Conversation) -> None:
        state: Mapping[str, Any] = conversation.state or {}
        rest = {**state, "stack": state["stack"][:-1], "question": None, "awaiting": None}
        conversations.change(tx, conversation.id, state=rest)
        under_way = handoffs.open_of(tx, conversation.id)
        if under_way is not None:
            handoffs.change(tx, under_way.id, edits=None, asked=None)

    def _is_sensitive(self, kind: str, slot: str) -> bool:
        found = self.field_kind(kind, slot)
        return found is not None and found[0] in SENSITIVE

    def _record(self, tx: Tx, agent: Agent, case: Case, what: str, **details: Any) -> None:
        audit.note(tx, at=self.floor.now(), who=f"agent:{agent.id}", what=what, subject=case.number, **details)
        self.floor.told.row_and_card(tx, case.conversation_id)
