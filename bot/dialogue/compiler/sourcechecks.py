"""A fact stands with its source: terms, amounts, articles of law, telephone numbers and addresses of the company."""

from __future__ import annotations

import re

from bot.dialogue.compiler.content import Content
from bot.dialogue.compiler.faults import Fault

_FACT = re.compile(
    r"\d+\s?(?:dni\b|zł|%|km\b|MB\b|cyfr|znak|rat\b|godzin|lat\b)|\bw godz\.|\bart\. ?\d|\b112\b|(?:tel\.|nr) ?\d{3}"
)
_QUOTED = re.compile(r"„[^”]*”")
_COMPANYS = frozenset({"infolinia", "assistance"})
"""Facts of section `firma` that are facts wherever they are told; its addresses end in a name that says so."""


def check_sources(content: Content) -> list[Fault]:
    """Every text with a fact and without a `source:` beside it; an example in quotation marks is no fact."""
    company = "|".join(sorted(name for name in content.locale.section("firma") if _is_fact(name)))
    told = re.compile(rf"{{{{ ?(?:{company})\b") if company else None
    faults = []
    for name, variants in content.locale.responses.items():
        for variant in variants:
            text = _QUOTED.sub("", str(variant.get("text", "")))
            found = _FACT.search(text) or (told.search(text) if told else None)
            if found and not variant.get("source"):
                what = f"tekst „{name}” podaje fakt („{found.group(0).strip('{ ')}”) bez źródła."
                remedy = 'Dopisz pod tekstem source: "przepis albo dokument, z którego to jest".'
                faults.append(Fault(*content.locale.places[name], what, remedy))
    return faults


def _is_fact(name: str) -> bool:
    return name in _COMPANYS or name.startswith("strona")
