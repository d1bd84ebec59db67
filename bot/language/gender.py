"""The writer's own sex, from the grammar of what they write."""

from __future__ import annotations


def speaker_gender(text: str) -> str | None:
    """ "f" or "m" where the writer's own grammar tells it, else None."""
    return None
