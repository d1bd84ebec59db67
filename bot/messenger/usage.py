"""Reads how much of its limit a page has used; knows nothing of what slows down because of it.

Source: documentation/business-messaging/messenger-platform/overview/rate-limiting (23 Mar 2026).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.messenger.json_values import as_list, as_object, as_text, as_whole

HEADER = "X-Business-Use-Case-Usage"


@dataclass(frozen=True, slots=True)
class Usage:
    """Shares of the limit in per cent; at 100 calls fail, and going on prolongs it."""

    type: str
    call_count: int
    total_cputime: int
    total_time: int
    minutes_to_regain_access: int

    @property
    def worst(self) -> int:
        return max(self.call_count, self.total_cputime, self.total_time)


def parse_usage(header: str | None) -> dict[str, Usage]:
    """The header's messenger usage by page id; empty for an absent or malformed header."""
    try:
        pages = as_object(json.loads(header or "{}"))
    except (ValueError, RecursionError):
        return {}
    found: dict[str, Usage] = {}
    for page_id, entries in pages.items():
        for entry in map(as_object, as_list(entries)):
            if entry.get("type") == "messenger":
                found[page_id] = _usage(entry)
    return found


def _usage(entry: object) -> Usage:
    values = as_object(entry)
    return Usage(
        type=as_text(values.get("type")) or "",
        call_count=as_whole(values.get("call_count")) or 0,
        total_cputime=as_whole(values.get("total_cputime")) or 0,
        total_time=as_whole(values.get("total_time")) or 0,
        minutes_to_regain_access=as_whole(values.get("estimated_time_to_regain_access")) or 0,
    )
