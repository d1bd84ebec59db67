"""Word lists written as plain text; nothing but the splitting."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of `text`, as a set."""
    return frozenset(text.split())


def pairs(text: str) -> dict[str, str]:
    """ "a:b c:d" as a dictionary."""
    return dict(pair.split(":", 1) for pair in text.split())
