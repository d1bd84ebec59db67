"""The webhook bodies of other Messenger projects' test suites are recognised as their index names them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.messenger.events import Delivery, Event, EventKind, parse_delivery

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "payloads"
INDEX = FOLDER / "index.jsonl"
ROWS: list[dict[str, Any]] = (
    [json.loads(line) for line in INDEX.read_text(encoding="utf-8").splitlines()] if INDEX.exists() else []
)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not ROWS, reason="the bodies of other projects are not on this machine")

KIND_OF_NAME = {
    "message_edit": EventKind.EDIT,
    "pass_thread_control": EventKind.PASS_THREAD,
    "take_thread_control": EventKind.TAKE_THREAD,
    "request_thread_control": EventKind.REQUEST_THREAD,
    "policy-enforcement": EventKind.POLICY,
} | {kind.value: kind for kind in EventKind}


def index_name(event: Event) -> str:
    """The event as the index would name it."""
    standby = "standby:" if event.standby else ""
    if event.kind in (EventKind.MESSAGE, EventKind.ECHO):
        return f"{standby}message({','.join(sorted(message_marks(event)))})"
    if event.kind is EventKind.COMMENT:
        return "change:feed"
    return standby + next(name for name, kind in KIND_OF_NAME.items() if kind is event.kind)


def message_marks(event: Event) -> set[str]:
    marks = {
        "echo": event.kind is EventKind.ECHO,
        "quick_reply": event.payload is not None,
        "text": event.text is not None,
        "reply_to": event.reply_to is not None or "reply_to" in event.extra,
        "sticker": any(each.type == "sticker" or each.sticker_id for each in event.attachments),
        "deleted": event.extra.get("is_deleted") is True,
        "unsupported": event.extra.get("is_unsupported") is True,
    }
    return {mark for mark, present in marks.items() if present} | {f"att:{a.type}" for a in event.attachments}


def names_no_page(body: dict[str, Any]) -> bool:
    return not any(
        entry.get("id") or any(item.get("recipient") for item in entry.get("messaging", ())) for entry in body["entry"]
    )


def normal(name: str) -> str:
    """Marks in one order, without the natural-language guesses that Meta stopped sending."""
    found = re.fullmatch(r"(.*message)\((.*)\)", name)
    if found is None:
        return name
    marks = sorted(set(found[2].split(",")) - {"nlp", ""})
    return f"{found[1]}({','.join(marks)})"


def recognised(delivery: Delivery) -> Counter[str]:
    return Counter(map(index_name, delivery.events)) + delivery.passed_over


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_body_is_recognised_as_its_index_says(row: dict[str, Any]) -> None:
    body = json.loads((FOLDER / row["file"]).read_text(encoding="utf-8"))
    delivery = parse_delivery(body, NOW)
    expected = Counter(map(normal, row["events"]))
    if row["object"] == "page" and not names_no_page(body):
        assert recognised(delivery) == expected
    else:
        # Another platform's, or nobody's: there is no page that could answer.
        assert delivery.events == ()
        assert delivery.passed_over.total() == expected.total()


def test_every_customers_message_of_a_page_names_the_customer() -> None:
    for row in ROWS:
        if "no_sender_id" in (row.get("flags") or ()):
            continue
        delivery = parse_delivery(json.loads((FOLDER / row["file"]).read_text(encoding="utf-8")), NOW)
        for event in delivery.events:
            if event.kind is not EventKind.COMMENT:
                assert event.psid, row["file"]
