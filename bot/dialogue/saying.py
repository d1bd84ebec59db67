"""What is to be said, before it is put into words: a response's name with the values it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Option:
    """A quick reply made at run time: its title, or the key of one in the texts, and what tapping it means."""

    command: Mapping[str, Any]
    title: str | None = None
    title_key: str | None = None


@dataclass(frozen=True)
class Say:
    """One response to be rendered for one customer. `slots` are JSON values: dates are ISO, money is a string.

    `lead` names a text that stands before it in the same message.
    """

    response: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    purpose: str = "info"
    options: tuple[Option, ...] = ()
    step: str | None = None
    lead: str | None = None


def led_by(first: str, kept: Sequence[Say], before: Sequence[Say]) -> list[Say]:
    """`first` and then `kept` of what was to be said `before`; what led it (who answers) now leads `first`."""
    lead = next((say.lead for say in before if say.lead), None)
    return [Say(first, lead=lead), *(replace(say, lead=None) for say in kept)]


def say_from_wire(item: Mapping[str, Any]) -> Say:
    """The `{"say": …}` item of a turn's answer (see bot/dialogue/turns.py) as a value."""
    options = tuple(
        Option(command=o["command"], title=o.get("title"), title_key=o.get("title_key"))
        for o in item.get("options") or ()
    )
    return Say(
        response=item["say"],
        slots=item.get("slots") or {},
        purpose=item.get("purpose") or "info",
        options=options,
        step=item.get("step"),
        lead=item.get("lead"),
    )
