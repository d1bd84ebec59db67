"""Hides sensitive answers in the text that is kept of a message; the field holds them, shown one by one on request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

SHOWN = 4
"""Last characters that stay, by which a customer and an agent know which number is meant."""
_BETWEEN = r"[\s.\-–/]*"


def hidden(text: str, state: Mapping[str, Any] | None, sensitive: frozenset[str]) -> str:
    """`text` without the values that the snapshot `state` holds in sensitive fields, however they were spaced."""
    for value in _values(state or {}, sensitive):
        # An account number is often written without its country.
        for written in (value, value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
            if len(written) > SHOWN:
                pattern = _BETWEEN.join(map(re.escape, written))
                text = re.sub(pattern, f"•••• {written[-SHOWN:]}", text, flags=re.IGNORECASE)
    return text


def _values(state: Mapping[str, Any], sensitive: frozenset[str]) -> Iterator[str]:
    for frame in (*state.get("stack", ()), *state.get("suspended", ())):
        for slot, field in (frame.get("fields") or {}).items():
            value = field.get("value") if slot in sensitive else None
            if isinstance(value, str):
                yield value
