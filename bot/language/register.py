"""How the writer addresses the other side: as Pan or Pani, as ty, or not at all."""

from __future__ import annotations

from bot.language.formal import addresses_formally
from bot.language.informal import addresses_informally
from bot.language.message import clauses


def register_of(text: str) -> str:
    """ "formal", "informal" or "neutral". Who writes "Pan" beside a "hej" is formal: courtesy is never taken back."""
    found = clauses(text)
    if any(addresses_formally(found, at) for at in range(len(found))):
        return "formal"
    if addresses_informally(found):
        return "informal"
    return "neutral"
