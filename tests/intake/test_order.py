"""The order in which a mailbox is worked off."""

from __future__ import annotations

from typing import Any

from bot.intake.order import in_order


def event(kind: str, second: int) -> dict[str, Any]:
    return {"event": {"kind": kind, "at": f"2026-11-22T12:00:{second:02}+00:00"}, "key": f"{kind}:{second}"}


def handled(*entries: dict[str, Any]) -> list[str]:
    return [entries[n].get("key", "?") for n in in_order(entries)]


def test_what_a_customer_said_is_handled_in_the_order_in_which_they_said_it() -> None:
    late = [event("message", 3), event("postback", 1), event("message", 2)]
    assert handled(*late) == ["postback:1", "message:2", "message:3"]


def test_an_echo_does_not_wait_behind_a_message() -> None:
    assert handled(event("message", 1), event("read", 2), event("echo", 3)) == ["echo:3", "message:1", "read:2"]


def test_an_edit_stays_behind_what_it_edits_and_our_own_events_where_they_were() -> None:
    own = {"internal": {"kind": "nudge"}, "key": "nudge"}
    assert handled(own, event("message", 5), event("edit", 1)) == ["nudge", "message:5", "edit:1"]


def test_what_says_no_time_keeps_its_place() -> None:
    assert handled({"key": "strange"}, {"event": {}, "key": "empty"}, event("message", 1)) == [
        "strange",
        "empty",
        "message:1",
    ]
