"""In which order the events that wait in one mailbox are handled: a pure function of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messenger.event import CUSTOMER_SPEAKS, EventKind

_SPEAKS = frozenset(kind.value for kind in CUSTOMER_SPEAKS - {EventKind.EDIT})


def in_order(entries: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of `entries` as they are to be handled.

    Echoes go first: they settle what is in doubt, and must not wait behind a message that waits for Rasa. What the
    customer said goes by the platform's time, because a delivery that failed once arrives late (MESSENGER.md, section
    1, Order). Everything else keeps its place.
    """
    echoes = [n for n, entry in enumerate(entries) if is_echo(entry)]
    others = [n for n in range(len(entries)) if n not in echoes]
    spoken = iter(sorted((n for n in others if _speaks(entries[n])), key=lambda n: str(entries[n]["event"]["at"])))
    return echoes + [next(spoken) if _speaks(entries[n]) else n for n in others]


def is_echo(entry: Mapping[str, Any]) -> bool:
    return _kind(entry) == EventKind.ECHO.value


def _kind(entry: Mapping[str, Any]) -> str | None:
    event = entry.get("event")
    return str(event.get("kind")) if isinstance(event, dict) else None


def _speaks(entry: Mapping[str, Any]) -> bool:
    return _kind(entry) in _SPEAKS and "at" in entry["event"]
