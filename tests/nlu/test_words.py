"""Folding, tokens and the lexicon that puts lemmas and diacritics back."""

from __future__ import annotations

import pytest

from bot.nlu.words import Lexicon, fold, tokens

LEXICON = Lexicon.of_examples(["chcę zgłosić szkodę", "szkoda mieszkaniowa", "nie wiem, że chce", "chcę", "chcę"])


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Zgłaszam SZKODĘ", "zglaszam szkode"),
        ("zgl\u0301aszam", "zglaszam"),
        ("nieeeee!!!!", "niee!!"),
        ("🤷\u200d♀\ufe0f", "🤷♀"),
        ("👍🏽", "👍"),
        ("ﬁrma", "firma"),
    ],
)
def test_what_people_type_in_many_ways_folds_to_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_numbers_keep_their_length_and_lose_their_value() -> None:
    assert tokens("tel 501222333, nr 7") == ["telefon", "#########", ",", "numer", "#"]


@pytest.mark.parametrize("form", ["szkode", "szkoda", "szkody", "szkodami", "szkodzie"])
def test_every_form_of_a_known_word_has_its_lemma_also_without_diacritics(form: str) -> None:
    assert LEXICON.lemma(form) == "szkoda"


def test_a_word_of_no_example_stays_itself() -> None:
    assert LEXICON.lemma("rower") == "rower"


def test_diacritics_are_put_back_the_same_whether_typed_or_not() -> None:
    assert LEXICON.spelt("Chce ZGLOSIC szkode") == LEXICON.spelt("chcę zgłosić szkodę") == "chcę zgłosić szkodę"


def test_of_two_words_spelt_alike_the_one_written_more_often_is_meant() -> None:
    assert LEXICON.spelt("chce") == "chcę"
