"""Anger, measured on examples: what share of the angry is seen, and how seldom a calm customer is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.dialogue.anger import Signal, is_angry, signals

EXAMPLES = yaml.safe_load((Path(__file__).parent / "zlosc.yml").read_text(encoding="utf-8"))
# The held back half is the honest figure; `python -m tests.dialogue.test_anger` prints both.
LEAST_SEEN = {"blizej": 0.85, "dalej": 0.75}
MOST_MISTAKEN = {"blizej": 0.05, "dalej": 0.05}


def judged(line: str) -> bool:
    text, _, before = line.partition(" <- ")
    return is_angry(text, [before] if before else [])


def share(half: str, mood: str) -> float:
    lines = EXAMPLES[half][mood]
    return sum(judged(line) for line in lines) / len(lines)


def test_there_are_enough_examples_and_none_stands_in_both_halves() -> None:
    halves = [{line for lines in EXAMPLES[half].values() for line in lines} for half in ("blizej", "dalej")]
    assert sum(len(half) for half in halves) >= 150
    assert not halves[0] & halves[1]


@pytest.mark.parametrize("half", LEAST_SEEN)
def test_anger_is_seen_and_calm_is_not_taken_for_it(half: str) -> None:
    assert share(half, "zly") >= LEAST_SEEN[half]
    assert share(half, "spokojny") <= MOST_MISTAKEN[half]


def test_each_kind_of_signal_is_told_from_the_others() -> None:
    assert signals("to jakaś kpina") == {Signal.WORDS}
    assert signals("kiedy wypłata", ["Kiedy wypłata?"]) == {Signal.REPETITION}
    assert signals("PROSZĘ O NUMER POLISY") == signals("kiedy???") == signals("halooooo") == {Signal.SHOUTING}


def test_a_short_answer_given_again_and_a_number_in_capitals_are_no_signal() -> None:
    assert signals("nie", ["nie"]) == frozenset()
    assert signals("WX48213") == frozenset()


if __name__ == "__main__":
    for each in EXAMPLES:
        print(f"{each}: seen {share(each, 'zly'):.1%}, calm taken for angry {share(each, 'spokojny'):.1%}")
        for wrong in (w for w in EXAMPLES[each]["zly"] if not judged(w)):
            print("  missed:", wrong)
        for wrong in (w for w in EXAMPLES[each]["spokojny"] if judged(w)):
            print("  mistaken:", wrong)
