"""What an agent does beside answering: notes, corrected fields, questions put by the assistant, muting, the address."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.errors import Refused, Rejected
from bot.language import AddressState
from bot.language.person import Wish, after_wish, first_seen
from bot.store import agents, audit, conversations, customers, handoffs, notes
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.database import Tx
from bot.store.handoffs import Handoff
from bot.store.times import from_ms
from handoff import fields, muting
from handoff.events import Event, Kind
from handoff.floor import Floor, top_frame
from handoff.ports import FieldKind

_MENTION = re.compile(r"(?<!\w)@([\w.-]+)")


class NoFlow(Refused):
    """There is no flow going on whose field could be filled."""

    code = "no_flow"


class NotAllowed(Refused):
    """Only a supervisor may do this."""

    code = "not_allowed"


class SideActs:
    def __init__(self, floor: Floor, field_kind: FieldKind) -> None:
        self.floor = floor
        self.field_kind = field_kind

    def note(self, tx: Tx, agent: Agent, conversation_id: str, text: str) -> int:
        """Write to colleagues beside the conversation; "@anna" calls Anna's attention."""
        self.floor.find(tx, conversation_id)
        called = {name.lower() for name in _MENTION.findall(text)}
        mentions = [a.id for a in agents.everybody(tx) if {a.login.lower(), a.first_name.lower()} & called]
        id = notes.add(
            tx,
            conversation_id=conversation_id,
            agent_id=agent.id,
            text=text,
            mentions=mentions,
            at=self.floor.now(),
        )
        self.floor.told.tell(tx, Event(Kind.NOTE, conversation_id, (id,)))
        return id

    def edit_field(self, tx: Tx, agent: Agent, conversation_id: str, slot: str, text: str) -> None:
        """Correct a field; the dialogue takes it when the conversation is given back. Raises BadValue."""
        conversation = self.floor.held_by(tx, agent, conversation_id)
        self._fill(tx, conversation, slot, text, source="agent")
        audit.note(
            tx, at=self.floor.now(), who=f"agent:{agent.id}", what="field_edited", subject=conversation_id, slot=slot
        )

    def ask_field(self, tx: Tx, agent: Agent, conversation_id: str, slot: str) -> None:
        """The assistant puts one question of the flow; the customer's next message lands in the field if it fits."""
        conversation = self.floor.held_by(tx, agent, conversation_id)
        flow = top_frame(conversation).get("flow")
        if flow is None or self.field_kind(flow, slot) is None:
            raise NoFlow
        under_way = self._under_way(tx, conversation)
        now = self.floor.now()
        handoffs.change(tx, under_way.id, asked=slot)
        own = f"utter_ask_{flow}_{slot}"
        response = own if own in self.floor.names else f"utter_ask_{slot}"
        self.floor.say(tx, conversation, response, {}, f"handoff:{under_way.id}:asked:{slot}:{now}", now)
        self.floor.told.card(tx, conversation_id)

    def heard(self, tx: Tx, conversation: Conversation, text: str | None) -> None:
        """The customer wrote while an agent holds the conversation: perhaps the answer to what was asked for them."""
        under_way = handoffs.open_of(tx, conversation.id)
        if under_way is None or under_way.asked is None or not text:
            return
        try:
            self._fill(tx, conversation, under_way.asked, text, source="said")
        except (fields.BadValue, NoFlow):
            return
        handoffs.change(tx, under_way.id, asked=None)

    def _fill(self, tx: Tx, conversation: Conversation, slot: str, text: str, *, source: str) -> None:
        flow = top_frame(conversation).get("flow")
        if flow is None or conversation.state is None:
            raise NoFlow
        now: datetime = from_ms(self.floor.now())
        value = fields.read(flow, slot, text, now, self.field_kind, self.floor.names)
        state = fields.with_field(conversation.state, slot, value, raw=text, source=source, now=now)
        conversations.change(tx, conversation.id, state=state)
        under_way = self._under_way(tx, conversation)
        edits: dict[str, Any] = {**(under_way.edits or {}), slot: value}
        handoffs.change(tx, under_way.id, edits=edits)
        self.floor.told.row_and_card(tx, conversation.id)

    @staticmethod
    def _under_way(tx: Tx, conversation: Conversation) -> Handoff:
        found = handoffs.open_of(tx, conversation.id)
        assert found is not None, "whoever holds a conversation has accepted a handoff"
        return found

    def address(self, tx: Tx, agent: Agent, conversation_id: str, wish: str) -> None:
        """The customer is to be addressed like this from now on: by the agent's word, which counts as their wish."""
        self.floor.find(tx, conversation_id)
        if wish not in {member.value for member in Wish}:
            raise Rejected(code="bad_address")
        customer = customers.find(tx, conversation_id)
        assert customer is not None
        now = from_ms(self.floor.now())
        state = AddressState.from_dict(customer.address) if customer.address else first_seen(now)
        customers.change(tx, conversation_id, address=after_wish(state, Wish(wish), now).to_dict())
        audit.note(
            tx, at=self.floor.now(), who=f"agent:{agent.id}", what="address_set", subject=conversation_id, wish=wish
        )
        self.floor.told.card(tx, conversation_id)

    def mute(self, tx: Tx, agent: Agent, conversation_id: str, until: int | None, reason: str) -> None:
        """Hear nothing more of an abuser until `until`, None ends it; a supervisor's act, with its reason on record."""
        if not agent.supervises:
            raise NotAllowed
        if not reason.strip():
            raise Rejected(code="reason_missing")
        now = self.floor.now()
        conversation = self.floor.find(tx, conversation_id)
        customers.change(tx, conversation_id, muted_until=until, muted_reason=reason.strip())
        what = "muted" if until is not None else "unmuted"
        audit.note(tx, at=now, who=f"agent:{agent.id}", what=what, subject=conversation_id, until=until)
        if until is None:
            muting.lifted(tx, self.floor, conversation, now)
        elif until > now:
            muting.put_down(tx, self.floor, conversation, until, now)
        self.floor.told.row_and_card(tx, conversation_id)


def revealed(tx: Tx, agent: Agent, conversation: Conversation, slot: str, now: int) -> str:
    """A sensitive field's whole value; who looked is on record."""
    known = (top_frame(conversation).get("fields") or {}).get(slot) or {}
    audit.note(tx, at=now, who=f"agent:{agent.id}", what="field_revealed", subject=conversation.id, slot=slot)
    return str(known.get("value") or "")
