"""Builds webhook items and bodies as the platform sends them; knows nothing of when or where to.

Source: the pages under documentation/business-messaging/messenger-platform/webhooks/webhook-events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.simulator.clock import milliseconds

Item = dict[str, Any]


def body(page_id: str, items: list[Item], at: datetime, *, standby: bool) -> bytes:
    """A whole webhook body: compact, non-ASCII as lowercase escapes, which is how Meta signs and sends it."""
    channel = "changes" if items and "field" in items[0] else "standby" if standby else "messaging"
    entry = {"id": page_id, "time": milliseconds(at), channel: items}
    return json.dumps({"object": "page", "entry": [entry]}, separators=(",", ":")).encode("ascii")


def from_customer(page_id: str, psid: str, at: datetime, content: Mapping[str, Any]) -> Item:
    return {
        "sender": {"id": psid},
        "recipient": {"id": page_id},
        "timestamp": milliseconds(at),
        **content,
    }


def echo(page_id: str, psid: str, at: datetime, message: Mapping[str, Any]) -> Item:
    """What the page wrote, by whatever app: here the page is the sender."""
    return {
        "sender": {"id": page_id},
        "recipient": {"id": psid},
        "timestamp": milliseconds(at),
        "message": {"is_echo": True, **message},
    }


def number(app_id: str) -> int | str:
    """App ids stand as numbers in echoes and as strings in handover events."""
    return int(app_id) if app_id.isdecimal() else app_id


def without_payload(item: Item) -> Item:
    """A postback as overheard in standby: its payload goes only to the app that sent the button."""
    if "postback" not in item:
        return item
    kept = {key: value for key, value in item["postback"].items() if key != "payload"}
    return {**item, "postback": kept}
