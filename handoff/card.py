"""The handoff card: everything an agent needs before the first sentence, as values. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.store import agents, customers, handoffs, messages
from bot.store.agents import Agent
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.handoffs import Handoff
from handoff.floor import top_frame
from handoff.ports import Names

YES, NO = "tak", "nie"


@dataclass(frozen=True, slots=True)
class Field:
    """One answer of the flow. `source` is said, crm, guessed, agent or button; `raw` is what the customer wrote."""

    slot: str
    label: str
    value: str
    source: str
    raw: str | None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    conversation: Conversation
    customer: Customer | None
    holder: Agent | None
    handoff: Handoff | None
    earlier: tuple[Handoff, ...]
    flow: str | None
    step: str | None
    fields: tuple[Field, ...]
    missing: tuple[Field, ...]
    candidates: tuple[tuple[str, float], ...]
    wants: str | None

    @property
    def name(self) -> str | None:
        if self.customer is None:
            return None
        return " ".join(filter(None, (self.customer.first_name, self.customer.last_name))) or None


def read(tx: Tx, conversation: Conversation, names: Names) -> Card:
    """The card as it stands in this transaction."""
    frame = top_frame(conversation)
    past = handoffs.of_conversation(tx, conversation.id)
    flow = frame.get("flow")
    heard = messages.of_conversation(tx, conversation.id, limit=30)
    return Card(
        conversation=conversation,
        customer=customers.find(tx, conversation.id),
        holder=agents.find(tx, conversation.agent_id) if conversation.agent_id else None,
        handoff=next((h for h in past if h.ended_at is None), None),
        earlier=tuple(h for h in past if h.ended_at is not None),
        flow=names.flow_name(flow) if flow else None,
        step=_step(frame, names),
        fields=tuple(_field(slot, known, names) for slot, known in (frame.get("fields") or {}).items()),
        missing=tuple(
            Field(slot, names.field_label(slot), "", "", None, missing=True) for slot in frame.get("missing") or ()
        ),
        candidates=_candidates(heard),
        wants=_wants(heard),
    )


def _step(frame: Mapping[str, Any], names: Names) -> str | None:
    step = frame.get("step")
    return names.field_label(step) if step else None


def _field(slot: str, known: Mapping[str, Any], names: Names) -> Field:
    return Field(
        slot, names.field_label(slot), shown(slot, known.get("value"), names), known["source"], known.get("raw")
    )


def shown(slot: str, value: Any, names: Names) -> str:
    """A typed value in words: yes and no, the label of an option, a list as its members."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(shown(slot, member, names) for member in value)
    if isinstance(value, dict):
        return str(value.get("label") or value.get("name") or value.get("id") or "")
    return names.option_label(slot, value) if isinstance(value, str) else str(value)


def _candidates(heard: list[messages.Message]) -> tuple[tuple[str, float], ...]:
    """What the last message that was understood may have meant, the likeliest first."""
    for message in reversed(heard):
        ranking = (message.understood or {}).get("intents") or (message.understood or {}).get("intent_ranking")
        if ranking:
            return tuple((str(one["name"]), float(one["confidence"])) for one in ranking[:3])
    return ()


def _wants(heard: list[messages.Message]) -> str | None:
    """The want in the customer's own words: the longest of what they wrote last."""
    own = [m.text for m in heard if m.author == "customer" and m.text]
    return max(own[-6:], key=len, default=None)
