"""The handoff card: everything an agent needs before the first sentence, as values. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from bot.cases import cases
from bot.cases.cases import Case
from bot.incidents.concern import intent_of
from bot.incidents.rising import SMALL_TALK
from bot.language import AddressState
from bot.messenger import policy
from bot.store import agents, complaints, customers, files, handoffs, messages, questions
from bot.store.agents import Agent
from bot.store.complaints import Complaint
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Tx
from bot.store.files import Attachment
from bot.store.handoffs import Handoff
from bot.store.questions import Question
from bot.store.times import from_ms
from handoff import fields
from handoff.fields import Widget
from handoff.floor import top_frame
from handoff.ports import FieldKind, Names

YES, NO = "tak", "nie"
# Kinds whose values are hidden until somebody asks to see them, which is put on record.
SENSITIVE = frozenset({"pesel", "nr_konta"})
SHOWN_DIGITS = 4
CASES_SHOWN = 6
# So many words of small talk tell an agent nothing.
FEW_WORDS = 5


@dataclass(frozen=True, slots=True)
class Field:
    """One answer of the flow. `source` is said, crm, guessed, agent or button; `raw` is what the customer wrote."""

    slot: str
    label: str
    value: str
    source: str
    raw: str | None
    widget: Widget | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case of this customer's, with its fields as the flow of its kind would ask for them."""

    number: str
    kind: str
    state: str
    created_at: int
    due_at: int | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Card:
    conversation: Conversation
    customer: Customer | None
    holder: Agent | None
    handoff: Handoff | None
    earlier: tuple[Handoff, ...]
    cases: tuple[CaseView, ...]
    photos: tuple[Attachment, ...]
    flow: str | None
    flow_code: str | None
    step: str | None
    fields: tuple[Field, ...]
    missing: tuple[Field, ...]
    questions: tuple[Question, ...]  # put to other departments and not yet answered
    complaints: tuple[Complaint, ...]  # unsettled, the first to run out first
    candidates: tuple[tuple[str, float], ...]
    wants: str | None
    address: str | None  # a value of bot.language.Address; None while nothing is known of the person
    reply_until: int | None  # the last instant at which an agent's own words may leave

    @property
    def name(self) -> str | None:
        if self.customer is None:
            return None
        return " ".join(filter(None, (self.customer.first_name, self.customer.last_name))) or None


def read(tx: Tx, conversation: Conversation, names: Names, field_kind: FieldKind) -> Card:
    """The card as it stands in this transaction."""
    frame = top_frame(conversation)
    flow = frame.get("flow")
    past = handoffs.of_conversation(tx, conversation.id)
    heard = messages.of_conversation(tx, conversation.id, limit=30)
    customer = customers.find(tx, conversation.id)
    known: Mapping[str, Mapping[str, Any]] = frame.get("fields") or {}
    return Card(
        conversation=conversation,
        customer=customer,
        holder=agents.find(tx, conversation.agent_id) if conversation.agent_id else None,
        handoff=next((h for h in past if h.ended_at is None), None),
        earlier=tuple(h for h in past if h.ended_at is not None),
        cases=tuple(
            _case(case, names, field_kind) for case in cases.of_conversation(tx, conversation.id)[:CASES_SHOWN]
        ),
        photos=tuple(files.of_conversation(tx, conversation.id)),
        flow=names.flow_name(flow) if flow else None,
        flow_code=flow,
        step=_asked(flow or "", frame.get("step"), names, field_kind),
        fields=tuple(_known(flow or "", slot, value, names, field_kind) for slot, value in known.items()),
        missing=tuple(_missing(flow or "", slot, names, field_kind) for slot in frame.get("missing") or ()),
        questions=tuple(questions.open_of(tx, conversation.id)),
        complaints=tuple(complaints.open_of(tx, [conversation.id])),
        candidates=_candidates(heard),
        wants=_wants(heard, [str(one["raw"]) for one in known.values() if one.get("raw")]),
        address=AddressState.from_dict(customer.address).address.value if customer and customer.address else None,
        reply_until=_reply_until(conversation),
    )


def _known(flow: str, slot: str, known: Mapping[str, Any], names: Names, field_kind: FieldKind) -> Field:
    widget = fields.widget(flow, slot, field_kind, names)
    value = shown(slot, known.get("value"), names, widget.kind if widget else "")
    hidden = widget is not None and widget.kind in SENSITIVE
    return Field(
        slot=slot,
        label=names.field_label(slot),
        value=masked(value) if hidden else value,
        source=str(known.get("source") or ""),
        raw=None if hidden else known.get("raw"),
        widget=widget,
        hidden=hidden,
    )


def _missing(flow: str, slot: str, names: Names, field_kind: FieldKind) -> Field:
    return Field(slot, names.field_label(slot), "", "", None, fields.widget(flow, slot, field_kind, names))


def _case(case: Case, names: Names, field_kind: FieldKind) -> CaseView:
    drawn = []
    for slot, value in case.fields.items():
        widget = fields.widget(case.kind, slot, field_kind, names)
        # Sensitive values stand in a case with all but their last characters hidden already.
        hidden = widget is not None and widget.kind in SENSITIVE
        text = str(value) if hidden else shown(slot, value, names, widget.kind if widget else "")
        drawn.append(Field(slot, names.field_label(slot), text, "", None, widget, hidden))
    return CaseView(case.number, case.kind, case.state, case.created_at, case.due_at, tuple(drawn))


def masked(value: str) -> str:
    """All but the last four characters hidden."""
    return "•" * max(0, len(value) - SHOWN_DIGITS) + value[-SHOWN_DIGITS:]


def shown(slot: str, value: Any, names: Names, kind: str = "") -> str:
    """A typed value in words: yes and no, the label of an option, a date, a sum, a list as its members."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(shown(slot, member, names) for member in value)
    if isinstance(value, dict):
        return str(value.get("label") or value.get("name") or value.get("id") or "")
    if not isinstance(value, str):
        return str(value if value is not None else "")
    match kind:
        case "data":
            return format_date(date.fromisoformat(value), "d MMMM y", locale="pl_PL")
        case "kwota":
            return f"{value.replace('.', ',')} zł"
        case "telefon":
            return _phone(value)
        case _:
            return names.option_label(slot, value)


def _phone(value: str) -> str:
    national = value.removeprefix("+48")
    return " ".join((national[:3], national[3:6], national[6:])) if len(national) == 9 else value


def _candidates(heard: list[messages.Message]) -> tuple[tuple[str, float], ...]:
    """What the last message that was understood may have meant, the likeliest first."""
    for message in reversed(heard):
        understood = message.understood or {}
        ranking = understood.get("intents") or understood.get("intent_ranking") or understood.get("ranking")
        if ranking:
            return tuple(_candidate(one) for one in ranking[:3])
    return ()


def _candidate(one: Any) -> tuple[str, float]:
    if isinstance(one, Mapping):
        return str(one.get("name") or one.get("intent")), float(one.get("confidence") or 0)
    return str(one[0]), float(one[1])


def _asked(flow: str, step: str | None, names: Names, field_kind: FieldKind) -> str | None:
    """The question that the flow stands at; not every step of one asks something."""
    return names.field_label(step) if step and field_kind(flow, step) is not None else None


def _wants(heard: list[messages.Message], answers: Sequence[str]) -> str | None:
    """The want in the customer's own words: the longest of what they wrote last, greetings, wishes for a person and
    `answers` to our questions aside.
    """
    given = {" ".join(one.split()) for one in answers}
    own = [(m.text, intent_of(m.understood)) for m in heard if m.author == "customer" and m.text]
    wanted = [text for text, intent in own if " ".join(text.split()) not in given and not _is_small(text, intent)]
    return max((wanted or [text for text, _ in own])[-6:], key=len, default=None)


def _is_small(text: str, intent: str | None) -> bool:
    """In more words than a few somebody mostly says why, whatever it was taken for."""
    return intent in SMALL_TALK and len(text.split()) <= FEW_WORDS


def _reply_until(conversation: Conversation) -> int | None:
    wrote = conversation.last_customer_at
    if wrote is None:
        return None
    left = policy.time_left(policy.Author.PERSON, from_ms(wrote) - from_ms(wrote))
    return wrote + int(left.total_seconds() * 1000)
