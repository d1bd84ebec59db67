"""The order in which a mailbox is worked off."""

from __future__ import annotations

from typing import Any

from bot.intake.order import covered, in_order, own_echoes


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


def mark(kind: str, watermark: int | None) -> dict[str, Any]:
    return {"event": {"kind": kind, "watermark": watermark}, "key": f"{kind}:{watermark}"}


def test_that_something_was_read_waits_for_what_the_customer_said() -> None:
    assert handled(mark("delivery", 5), event("message", 1), mark("read", 5)) == ["message:1", "delivery:5", "read:5"]


def test_of_marks_that_say_the_same_the_farthest_is_enough() -> None:
    marks = [mark("delivery", 5), mark("read", 5), mark("read", 4), mark("delivery", 9), mark("delivery", 9)]
    assert covered(marks) == {0, 2, 3}
    assert covered([event("message", 1), mark("read", 3), mark("read", 3), mark("read", 3)]) == {1, 2}
    assert covered([mark("delivery", None), mark("read", 1)]) == {0}
    assert covered([mark("read", 1), mark("delivery", 2)]) == set()


def test_echoes_of_ours_are_told_from_those_of_people_and_of_other_apps() -> None:
    def echo(app_id: str | None, metadata: str | None) -> dict[str, Any]:
        return {"event": {"kind": "echo", "app_id": app_id, "metadata": metadata}}

    entries = [echo("7", "a:0"), echo("8", "a:0"), echo(None, "a:0"), echo("7", None), event("message", 1)]
    assert own_echoes(entries, "7") == [0]
