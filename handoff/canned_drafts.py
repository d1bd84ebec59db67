"""A canned reply while somebody writes it: how each customer would read it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2

from bot.dialogue.typed import names_values_alone
from bot.errors import Rejected
from bot.language.errors import MarkupError
from bot.language.linter import check_template
from bot.language.preview import preview
from handoff.canned import with_gaps
from handoff.ports import Names


@dataclass(frozen=True, slots=True)
class Form:
    """What `whom` reads, and what is wrong with it; `is_fatal` where it cannot be said to them at all."""

    whom: str
    text: str
    complaints: tuple[str, ...] = ()
    is_fatal: bool = False


def check_values(text: str) -> None:
    """Raises Rejected where braces hold more than the name of a value and a known way of writing it."""
    if not names_values_alone(text):
        raise Rejected(code="bad_template")


def forms(names: Names, text: str, known: Mapping[str, Any]) -> list[Form]:
    """How everybody would read `text`. Raises Rejected as `check_values`."""
    check_values(text)
    try:
        spoken = names.template(with_gaps(text, known)).render(dict(known))
    except (jinja2.TemplateError, ValueError, TypeError, KeyError):
        raise Rejected(code="bad_template") from None
    remarks: dict[str, list[str]] = {}
    try:
        for address, found in check_template(spoken):
            better = f"; lepiej „{found.proposed}”" if found.proposed else ""
            remarks.setdefault(address.value, []).append(f"„{found.found}”: {found.reason}{better}")
    except MarkupError:
        pass
    return [_form(at, row, remarks) for at, row in enumerate(preview(spoken))]


_ORDER = ("pan", "pani", "panstwo", "ty_m", "ty_f", "ty")


def _form(at: int, row: tuple[str, str, str | None], remarks: Mapping[str, list[str]]) -> Form:
    whom, said, remedy = row
    if remedy is not None:
        return Form(whom, "", (said, remedy), is_fatal=True)
    return Form(whom, said, tuple(remarks.get(_ORDER[at], ())))
