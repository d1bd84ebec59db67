"""What makes one think twice before a reply leaves: a wrong form of address, or a gap left in a canned reply."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language import Address
from bot.language.linter import check_draft
from handoff.canned import GAP


@dataclass(frozen=True, slots=True)
class Doubt:
    """`found` stands in the text; `proposed` is what to write instead, None where only the writer can know."""

    found: str
    proposed: str | None
    reason: str


def doubts(text: str, address: Address | None) -> list[Doubt]:
    """`address`: how the customer is addressed; None while nothing is known, then Państwo is right."""
    gaps = [Doubt(GAP, None, "puste miejsce do uzupełnienia")] if GAP in text else []
    found = check_draft(text, address or Address.PANSTWO)
    return gaps + [Doubt(one.found, one.proposed, one.reason) for one in found]
