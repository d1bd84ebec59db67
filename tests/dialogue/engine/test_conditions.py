"""The condition language of flows: what it can say, and that it can say nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.engine.conditions import ConditionError, Scope, evaluate, parse, slots_of
from tests.dialogue.engine.playing import NOON

SLOTS = {"rola": "ac", "ranni": False, "data": "2026-11-20", "kwota": "1500.00", "lista": ["a"], "puste": None}


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("slots.ranni", False),
        ("not slots.ranni", True),
        ("slots.rola == 'ac'", True),
        ("slots.rola = 'oc'", False),
        ("slots.rola in ['ac', 'oc'] and not slots.ranni", True),
        ("slots.rola not in ['ac']", False),
        ("slots.puste is null", True),
        ("slots.nieznane is not null or slots.rola is not null", True),
        ("days_ago(slots.data) == 1", True),
        ("days_ago(slots.puste) > 3", False),
        ("slots.kwota > 1000", True),
        ("slots.kwota < 1000", False),
        ("slots.puste > 3", False),
        ("slots.rola > 3", False),
        ("len(slots.lista) > 0", True),
        ("len(slots.puste) > 0", False),
        ("digits('SK/2026/12') >= 6", True),
        ("digits(slots.rola) < 1", True),
        ("digits(slots.puste) > 0", False),
        ("times('szukaj') >= 2", True),
        ("times('inne') >= 1", False),
        ("'a' in slots.lista", True),
        ("'a' in slots.puste", False),
        ("slots.ranni == false", True),
    ],
)
def test_a_condition_has_its_value(condition: str, value: bool) -> None:
    assert bool(evaluate(condition, Scope(SLOTS, NOON, {"szukaj": 2}))) is value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "slots.rola.upper() == 'AC'",
        "slots['rola']",
        "open('x')",
        "rola == 'ac'",
        "lambda: 1",
        "[x for x in slots.lista]",
        "slots.kwota ** 99",
        "len(slots.lista, 1)",
        "days_ago(x=1)",
        "f'{slots.rola}'",
        "b'x' == slots.rola",
        "",
        "slots.rola ==",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text)


def test_the_slots_that_a_condition_reads_are_told() -> None:
    assert slots_of("slots.a and (slots.b == 'x' or days_ago(slots.c) > 1)") == {"a", "b", "c"}


@pytest.mark.parametrize("value", ["", "nie data", 7, ["a"], True])
def test_a_value_of_another_kind_never_breaks_a_condition(value: Any) -> None:
    scope = Scope({"x": value}, NOON)
    for condition in ("days_ago(slots.x) > 1", "slots.x > 1", "slots.x < 'b'", "slots.x == null", "slots.x in ['a']"):
        assert evaluate(condition, scope) in (True, False)
