"""How the writer addresses the other side: formally, informally, not at all."""

from __future__ import annotations


def register_of(text: str) -> str:
    """ "formal", "informal" or "neutral"."""
    return "neutral"
