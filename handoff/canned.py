"""Canned replies: what a person often writes, put into the words that this customer would read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import ContentFault
from bot.language.errors import MarkupError
from bot.store.agents import Agent
from bot.store.customers import Customer
from handoff.card import Card
from handoff.floor import DEFAULT_DEPARTMENT, top_frame
from handoff.ports import Names, Voice

# Where a reply wants a value that nobody knows yet; the composer does not let it leave.
GAP = "___"
GREETING = "powitanie"

_EXPRESSION = re.compile(r"\{\{\s*(\w+)[^}]*\}\}")


@dataclass(frozen=True, slots=True)
class Reply:
    """`shortcut` is typed after a slash; `text` is ready to send, but for its gaps."""

    code: str
    shortcut: str
    title: str
    text: str


def replies(names: Names, voice: Voice, agent: Agent, card: Card) -> list[Reply]:
    """Every canned reply, inflected for the card's customer; one that cannot be is left out."""
    return list(_ready(names, voice, known_values(names, agent, card), card.customer))


def greeting(names: Names, voice: Voice, agent: Agent, card: Card) -> str | None:
    """The first sentences that an agent who opens the conversation may send as they are."""
    found = replies(names, voice, agent, card)
    return next((reply.text for reply in found if reply.code == GREETING and GAP not in reply.text), None)


def known_values(names: Names, agent: Agent, card: Card) -> dict[str, Any]:
    """What a reply may name here. What the card hides is a gap: whoever uncovers it is on record."""
    hidden = {field.slot for field in card.fields if field.hidden}
    fields = top_frame(card.conversation).get("fields") or {}
    own = house_values(names, agent, card.conversation.department)
    known = {slot: entry["value"] for slot, entry in fields.items() if slot not in hidden}
    return {**names.section("firma"), **known, **own}


def house_values(names: Names, agent: Agent, department: str | None) -> dict[str, Any]:
    """What a reply may name in any conversation: the company, the agent, the department."""
    departments = names.section("departments")
    return {
        **names.section("firma"),
        "konsultant": agent.first_name,
        "imie": agent.first_name,
        "rola": agent.title,
        "departments": departments,
        "department": department if department in departments else DEFAULT_DEPARTMENT,
    }


def _ready(names: Names, voice: Voice, known: Mapping[str, Any], customer: Customer | None) -> Iterator[Reply]:
    for code, entry in names.section("canned").items():
        try:
            text = voice.preview(customer, with_gaps(str(entry["text"]), known), known)
        except (ContentFault, MarkupError):
            continue
        yield Reply(code, str(entry["skrot"]), str(entry["tytul"]), text)


def with_gaps(template: str, known: Mapping[str, Any]) -> str:
    """The template with a gap wherever it asks for a value that is not known."""
    return _EXPRESSION.sub(lambda found: found[0] if found[1] in known else GAP, template)
