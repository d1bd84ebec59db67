"""Places told in passing are found, and a sentence without any place is known for one; in doubt it is a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.engine.whereabouts import place_told, tells_no_place


def rows(name: str) -> list[tuple[str, str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [(text, wanted) for text, wanted in (line.split("\t") for line in lines if not line.startswith("#"))]


@pytest.mark.parametrize(("text", "wanted"), rows("miejsca.tsv"))
def test_a_place_is_found_in_the_words_in_which_it_was_told(text: str, wanted: str) -> None:
    told = place_told(text)
    assert told is None if wanted == "-" else told is not None and wanted in told


@pytest.mark.parametrize(("text", "wanted"), rows("odpowiedzi_o_miejscu.tsv"))
def test_only_a_sentence_without_any_place_is_refused(text: str, wanted: str) -> None:
    assert tells_no_place(text) == (wanted == "-")


def test_where_somebody_lives_is_a_place_only_for_an_address() -> None:
    text = "mieszkam na Długiej 5 w Gdańsku, zalało mi kuchnię"
    assert place_told(text) is None
    assert place_told(text, home=True) == "na Długiej 5 w Gdańsku"


def test_two_different_towns_are_no_place() -> None:
    assert place_told("stłuczka w Radomiu, a wczoraj druga w Kielcach") is None
