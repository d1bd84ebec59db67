"""Whatever people and machines type: a value of the promised type, and never an exception."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Address, MarkupError, escape, inflect, name_gender, register_of, speaker_gender, vocative
from bot.language.linter import check_draft

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "blns.json"
HOSTILE = ["", " " * 20_000, "a" * 20_000, "ą " * 10_000, "„" * 20_000, "'" * 20_000, "zglosilem " * 2_000,
           "\x00\x01\x1b", "😀" * 20_000, "Анна Мария", "a-" * 10_000, "napisał " * 3_000 + ":", "[" * 20_000,
           "(" * 20_000, "\u200b\u200dAnna", "Ｔｏｍａｓｚ", "ł" * 20_000]  # fmt: skip


def check(text: str) -> None:
    assert register_of(text) in ("formal", "informal", "neutral")
    assert speaker_gender(text) in ("f", "m", None)
    assert name_gender(text) in ("f", "m", None)
    called = vocative(text)
    assert called is None or called
    assert inflect(escape(text), Address.PANI) == text
    check_draft(text, Address.TY_F)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_long_and_odd_texts_are_read_without_complaint(text: str) -> None:
    check(text)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not part of the repository")
def test_naughty_strings_are_read_without_complaint() -> None:
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        check(text)


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_is_read_without_complaint(text: str) -> None:
    check(text)


@given(st.text(alphabet=string.ascii_lowercase + "ąćęłńóśźż PanaŁ[]|:,.?!", max_size=60))
@settings(max_examples=300)
def test_any_template_is_rendered_or_refused(template: str) -> None:
    for address in Address:
        try:
            assert isinstance(inflect(template, address), str)
        except MarkupError as error:
            assert error.remedy
