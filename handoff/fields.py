"""Fields of the flow that is going on, as an agent corrects them: read the same way as a customer's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from bot.dialogue.flows import Flows, load_compiled
from bot.errors import Rejected
from handoff.ports import FieldKind, Names

# Kinds that a line of text cannot answer.
NOT_TYPED = frozenset({"zdjecia", "lokalizacja"})


@dataclass(frozen=True, slots=True)
class Widget:
    """How a field is edited: a choice among (value, label) pairs, or a line of text when there are none."""

    kind: str
    options: tuple[tuple[str, str], ...] = ()


class BadValue(Rejected):
    """`reason` is `bot.dialogue.answers.Reason`: why the text is no value of this field."""

    code = "bad_value"

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(code=f"bad_value:{kind}:{reason}")
        self.kind = kind
        self.reason = reason


def from_compiled_flows(content: Path) -> FieldKind:
    """Looks fields up in the compiled flows under `content`, which are read when first asked."""

    @cache
    def flows() -> Flows:
        return load_compiled(content)

    return lambda flow, slot: flows().field_kind(flow, slot)


def widget(flow: str, slot: str, field_kind: FieldKind, names: Names) -> Widget | None:
    """None where the field is not of this flow or cannot be typed."""
    found = field_kind(flow, slot)
    if found is None or found[0] in NOT_TYPED:
        return None
    kind, options = found
    if kind == "tak_nie":
        return Widget(kind, (("tak", "tak"), ("nie", "nie")))
    return Widget(kind, tuple((value, names.option_label(slot, value)) for value in options))


def read(flow: str, slot: str, text: str, now: datetime, field_kind: FieldKind, names: Names) -> Any:
    """The typed value as JSON keeps it. Raises BadValue."""
    # Not before somebody corrects a field: what reads answers takes a twentieth of the web's start.
    from bot.dialogue.answers import Answer, Rejection, parse_answer

    found = field_kind(flow, slot)
    if found is None:
        raise BadValue("tekst", "no_value")
    kind, options = found
    labelled = [(value, names.option_label(slot, value)) for value in options]
    answer = parse_answer(kind, text, now, options=labelled)
    if isinstance(answer, Rejection):
        raise BadValue(kind, str(getattr(answer.reason, "value", answer.reason)))
    assert isinstance(answer, Answer)
    return as_json(answer.value)


def as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [as_json(member) for member in value]
    return value


def with_field(
    state: Mapping[str, Any], slot: str, value: Any, *, raw: str, source: str, now: datetime
) -> dict[str, Any]:
    """The dialogue's snapshot with one field of the topmost flow filled; nothing else changes."""
    stack = [dict(frame) for frame in state.get("stack") or ()]
    top = stack[-1]
    known = {"value": value, "source": source, "raw": raw, "at": now.isoformat()}
    top["fields"] = {**(top.get("fields") or {}), slot: known}
    top["missing"] = [name for name in top.get("missing") or () if name != slot]
    return {**state, "stack": stack}
