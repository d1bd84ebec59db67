"""The shipped examples: complete, written as people write, and apart from what is held out."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.nlu.examples import Example, read_examples
from bot.nlu.words import fold
from tests.content.test_completeness import QUESTIONS as ASKED

ROOT = Path(__file__).resolve().parents[2]
CONTROL = [
    "powitanie",
    "pozegnanie",
    "podziekowanie",
    "potwierdzenie",
    "zaprzeczenie",
    "anuluj",
    "powtorz",
    "pomoc",
    "czy_jestes_botem",
    "konsultant",
    "frustracja",
    "na_ty",
    "per_pan_pani",
    "poza_zakresem",
]
MATTERS = [
    "zglos_szkode_komunikacyjna",
    "zglos_szkode_mieszkaniowa",
    "status_szkody",
    "reklamacja",
    "umow_kontakt",
    "znajdz_placowke",
]
QUESTIONS = [f"faq/{name}" for name in ASKED]
COMMANDS = ["wroc", "pomin", "popraw", "jak_to", "podsumowanie", "usun_moje_dane"]
FEWEST = 60
HELD_OUT = ["develop", "final", "voices_develop", "voices_final"]


@cache
def shipped() -> list[Example]:
    files = sorted(path for path in (ROOT / "nlu_data").glob("*.yml") if path.name != "config.yml")
    return [example for path in files for example in read_examples(path)]


def held_out(part: str) -> list[Example]:
    return read_examples(ROOT / "tests" / "nlu" / "heldout" / f"{part}.yml")


def key(text: str) -> str:
    letters = "".join(sign if sign.isalnum() else " " for sign in fold(text))
    return " ".join(letters.split()) or text


def test_every_intent_has_examples_and_no_other_has() -> None:
    assert {each.intent for each in shipped()} == {*CONTROL, *MATTERS, *QUESTIONS, *COMMANDS}


@pytest.mark.parametrize("intent", [*CONTROL, *MATTERS, *QUESTIONS])
def test_every_matter_question_and_control_intent_has_enough_examples(intent: str) -> None:
    assert sum(each.intent == intent for each in shipped()) >= FEWEST


def test_no_example_stands_twice_not_even_with_other_diacritics() -> None:
    counts = Counter(key(each.text) for each in shipped())
    assert [text for text, count in counts.items() if count > 1] == []


def test_many_examples_are_typed_without_diacritics_and_in_lower_case() -> None:
    texts = [each.text for each in shipped()]
    assert sum(text.isascii() for text in texts) > len(texts) / 3
    assert sum(text == text.lower() for text in texts) > len(texts) / 2


@pytest.mark.parametrize("part", HELD_OUT)
def test_held_out_messages_are_in_no_example(part: str) -> None:
    known = {key(each.text) for each in shipped()}
    assert [each.text for each in held_out(part) if key(each.text) in known] == []


def test_the_held_out_parts_cover_every_intent_of_the_conversation() -> None:
    for part in HELD_OUT:
        assert {*CONTROL, *MATTERS, *QUESTIONS} <= {each.intent for each in held_out(part)}
