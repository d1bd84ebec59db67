"""The gate before a server that stopped answering."""

from __future__ import annotations

import pytest

from bot.dialogue.gate import Gate
from bot.errors import RasaUnavailable


def fail(gate: Gate) -> None:
    with pytest.raises(RasaUnavailable, match="away"), gate.passing():
        raise RasaUnavailable(code="away")


def test_an_open_gate_lets_all_pass_at_once() -> None:
    gate = Gate()
    with gate.passing(), gate.passing():
        gate.check()


def test_after_a_failure_one_may_try_and_the_others_are_refused_at_once() -> None:
    gate = Gate()
    fail(gate)
    with gate.passing():
        with pytest.raises(RasaUnavailable, match="rasa_shut"):
            gate.check()
        with pytest.raises(RasaUnavailable, match="rasa_shut"), gate.passing():
            pass
    with gate.passing(), gate.passing():
        gate.check()


def test_a_try_that_fails_leaves_it_shut_and_the_next_may_try() -> None:
    gate = Gate()
    fail(gate)
    fail(gate)
    assert gate.shut
    with gate.passing():
        pass
    assert not gate.shut


def test_what_fails_for_another_reason_leaves_it_as_it_was() -> None:
    gate = Gate()
    with pytest.raises(ValueError, match="ours"), gate.passing():
        raise ValueError("ours")
    assert not gate.shut
