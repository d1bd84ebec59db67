"""Messages are built within the platform's limits, and long texts are cut where a reader would pause."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import messages
from bot.messenger.limits import Problem, check_limits, units
from bot.messenger.messages import Card, FeedbackQuestion, LinkButton, PostbackButton, QuickReply
from bot.messenger.splitting import byte_length, split_text

YES = QuickReply("Tak", "YES")
HANDOFF = PostbackButton("Konsultant", "HANDOFF")


def test_a_text_carries_its_quick_replies_and_its_metadata() -> None:
    assert messages.text("Dzień dobry", [YES], metadata="row-1") == {
        "text": "Dzień dobry",
        "quick_replies": [{"content_type": "text", "title": "Tak", "payload": "YES"}],
        "metadata": "row-1",
    }
    assert messages.text("Dzień dobry") == {"text": "Dzień dobry"}


def test_quick_replies_stand_under_the_last_part_of_a_long_text() -> None:
    built = messages.texts("Pierwsze zdanie. Drugie zdanie.", [YES], limit=20)
    assert [each["text"] for each in built] == ["Pierwsze zdanie.", "Drugie zdanie."]
    assert ["quick_replies" in each for each in built] == [False, True]


def test_buttons_are_of_the_two_kinds_a_page_may_use() -> None:
    built = messages.button_template("Co dalej?", [HANDOFF, LinkButton("Sklep", "https://sklep.example")])
    assert built["attachment"]["payload"] == {
        "template_type": "button",
        "text": "Co dalej?",
        "buttons": [
            {"type": "postback", "title": "Konsultant", "payload": "HANDOFF"},
            {"type": "web_url", "title": "Sklep", "url": "https://sklep.example"},
        ],
    }


def test_what_does_not_fit_above_the_buttons_goes_before_them() -> None:
    body = "Zdanie o średniej długości, jakich wiele. " * 60
    *before, last = messages.texts_with_buttons(body, [HANDOFF])
    assert all(check_limits(each) == [] for each in (*before, last))
    words = [each["text"] for each in before] + [last["attachment"]["payload"]["text"]]
    assert " ".join(words).split() == body.split()
    with pytest.raises(ValueError, match="text"):
        messages.texts_with_buttons(" ", [HANDOFF])


@pytest.mark.parametrize(
    "message",
    [
        messages.text("ż" * 900, [QuickReply("t" * 20, "p" * 1000)] * 13, metadata="m" * 999),
        messages.button_template("t" * 640, [PostbackButton("t" * 20, "p" * 1000)] * 3),
        messages.generic_template([Card("t" * 80, "s" * 80, "https://x/p.jpg", (HANDOFF,) * 3)] * 10),
        messages.image("https://x/p.jpg"),
        messages.customer_feedback(
            "t" * 65, "s" * 80, "b" * 20, FeedbackQuestion("csat_1", "Jak oceniamy?", "Co poprawić?"), "https://x/rodo"
        ),
    ],
)
def test_everything_at_its_limit_may_leave(message: dict[str, Any]) -> None:
    assert check_limits(message) == []


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (messages.text("a" * 2000), Problem("text", 1999, 2000)),
        (messages.text("ż" * 1000), Problem("text", 1999, 2000)),
        (messages.text(""), Problem("text", 1999, 0)),
        (messages.text("a", metadata="m" * 1000), Problem("metadata", 999, 1000)),
        (messages.text("a", [YES] * 14), Problem("quick_replies", 13, 14)),
        (messages.text("a", [QuickReply("t" * 21, "p")]), Problem("quick_replies[0].title", 20, 21)),
        (messages.text("a", [YES, QuickReply("", "p")]), Problem("quick_replies[1].title", 20, 0)),
        (messages.text("a", [QuickReply("t", "p" * 1001)]), Problem("quick_replies[0].payload", 1000, 1001)),
        (messages.button_template("t" * 641, [HANDOFF]), Problem("text", 640, 641)),
        (messages.button_template("t", [HANDOFF] * 4), Problem("buttons", 3, 4)),
        (messages.button_template("t", []), Problem("buttons", 3, 0)),
        (messages.button_template("t", [PostbackButton("t" * 21, "p")]), Problem("buttons[0].title", 20, 21)),
        (messages.generic_template([]), Problem("elements", 10, 0)),
        (messages.generic_template([Card("t", "s")] * 11), Problem("elements", 10, 11)),
        (messages.generic_template([Card("t" * 81, "s")]), Problem("elements[0].title", 80, 81)),
        (messages.generic_template([Card("t")]), Problem("elements[0] beside the title", 1, 0)),
    ],
)
def test_everything_past_its_limit_is_found(message: dict[str, Any], problem: Problem) -> None:
    assert check_limits(message) == [problem]


def test_an_emoji_in_a_title_counts_twice_as_clients_count_it() -> None:
    assert units("👍") == 2
    assert check_limits(messages.text("a", [QuickReply("👍" * 11, "p")])) == [Problem("quick_replies[0].title", 20, 22)]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("Krótki.", 1999, ["Krótki."]),
        ("", 10, []),
        (" \n ", 10, []),
        ("Raz dwa. Trzy cztery.", 12, ["Raz dwa.", "Trzy cztery."]),
        ("Raz dwa? Trzy! Cztery pięć.", 15, ["Raz dwa? Trzy!", "Cztery pięć."]),
        ("Powiedział „tak.” Potem wyszedł.", 24, ["Powiedział „tak.”", "Potem wyszedł."]),
        ("Na przykład np. tak to już idzie", 20, ["Na przykład np. tak", "to już idzie"]),
        ("Wiersz pierwszy\nwiersz drugi", 20, ["Wiersz pierwszy", "wiersz drugi"]),
        ("jeden dwa trzy", 9, ["jeden dwa", "trzy"]),
        ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
        ("Dokładnie. Tyle.", 11, ["Dokładnie.", "Tyle."]),
    ],
)
def test_texts_are_cut_where_a_reader_would_pause(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit) == parts


def test_signs_that_belong_together_are_not_torn_apart() -> None:
    assert split_text("ab👍🏽", 8) == ["ab", "👍🏽"]
    assert split_text("ae\u0301ae\u0301", 6) == ["ae\u0301a", "e\u0301"]


@given(st.text(max_size=400), st.integers(min_value=4, max_value=60))
def test_no_part_is_too_long_or_empty_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < byte_length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_limit_that_could_not_hold_every_character_is_refused() -> None:
    with pytest.raises(ValueError, match="one character"):
        split_text("abc", 3)
