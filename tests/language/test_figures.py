"""The promises about the language, on the sets kept here: what must be reached, on both halves."""

from __future__ import annotations

import pytest

from tests.language.figures import (
    HALVES,
    alarms,
    false_alarms,
    markup,
    name_genders,
    registers,
    speaker_genders,
    vocatives,
)


@pytest.mark.parametrize("half", HALVES)
def test_every_template_comes_out_exactly_as_a_pole_would_write_it(half: str) -> None:
    assert markup(half).faults == ()


@pytest.mark.parametrize("half", HALVES)
def test_vocatives_are_right_or_absent(half: str) -> None:
    score = vocatives(half)
    assert score.share >= 0.99, score.faults


@pytest.mark.parametrize("half", HALVES)
def test_the_sex_of_a_name_is_known_and_hardly_ever_mistaken(half: str) -> None:
    score = name_genders(half)
    assert score.share >= 0.98, score.faults
    assert score.wrong_share < 0.01, score.faults


@pytest.mark.parametrize("half", HALVES)
def test_the_register_of_messages_is_recognised(half: str) -> None:
    score = registers(half)
    assert score.share >= 0.96, score.faults


@pytest.mark.parametrize("half", HALVES)
def test_the_writers_sex_is_read_from_grammar_alone(half: str) -> None:
    score = speaker_genders(half)
    assert score.share >= 0.98, score.faults
    assert score.wrong_share < 0.02, score.faults


def test_the_linter_keeps_silent_on_correct_sentences() -> None:
    score = false_alarms()
    assert score.rows >= 200
    assert score.wrong_share < 0.02, score.faults


def test_the_linter_finds_the_wrong_address_and_proposes_the_right_form() -> None:
    assert alarms().faults == ()
