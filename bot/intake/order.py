"""In which order the events that wait in one mailbox are handled: a pure function of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messenger.event import CUSTOMER_SPEAKS, EventKind

_MARKS = frozenset({EventKind.DELIVERY.value, EventKind.READ.value})
_REPORTS = _MARKS | {EventKind.ECHO.value}
_SPEAKS = frozenset(kind.value for kind in CUSTOMER_SPEAKS - {EventKind.EDIT})


def in_order(entries: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of `entries` as they are to be handled.

    Echoes go first: they settle what is in doubt, and must not wait behind a message that waits for Rasa. What the
    customer said goes by the platform's time, because a delivery that failed once arrives late. That something was
    delivered or read goes last: nobody waits for it. Everything else keeps its place.
    """
    echoes = [n for n, entry in enumerate(entries) if is_echo(entry)]
    marks = [n for n, entry in enumerate(entries) if _kind(entry) in _MARKS]
    others = [n for n in range(len(entries)) if n not in echoes and n not in marks]
    spoken = iter(sorted((n for n in others if _speaks(entries[n])), key=lambda n: str(entries[n]["event"]["at"])))
    return echoes + [next(spoken) if _speaks(entries[n]) else n for n in others] + marks


def own_echoes(entries: Sequence[Mapping[str, Any]], app_id: str | None) -> list[int]:
    """The numbers of echoes of messages that `app_id`, our app, sent under ids of ours."""
    return [
        n
        for n, entry in enumerate(entries)
        if is_echo(entry) and entry["event"].get("metadata") and entry["event"].get("app_id") == app_id
    ]


def covered(entries: Sequence[Mapping[str, Any]]) -> set[int]:
    """The numbers of marks that another of `entries` makes needless: what was read was delivered before."""
    marks = {n: _reach(entry) for n, entry in enumerate(entries) if _kind(entry) in _MARKS}
    return {n for n, mine in marks.items() if any(_covers(other, mine, m > n) for m, other in marks.items() if m != n)}


def _reach(entry: Mapping[str, Any]) -> tuple[bool, int]:
    return _kind(entry) == EventKind.READ.value, int(entry["event"].get("watermark") or 0)


def _covers(other: tuple[bool, int], mine: tuple[bool, int], is_later: bool) -> bool:
    """Of two that say the same the later one counts."""
    return other[0] >= mine[0] and other[1] >= mine[1] and (other != mine or is_later)


def is_report(entry: Mapping[str, Any]) -> bool:
    """Whether it tells of what we sent: handling it again changes nothing, so it is forgotten with what follows it."""
    return _kind(entry) in _REPORTS


def is_echo(entry: Mapping[str, Any]) -> bool:
    return _kind(entry) == EventKind.ECHO.value


def _kind(entry: Mapping[str, Any]) -> str | None:
    event = entry.get("event")
    return str(event.get("kind")) if isinstance(event, dict) else None


def _speaks(entry: Mapping[str, Any]) -> bool:
    return _kind(entry) in _SPEAKS and "at" in entry["event"]
