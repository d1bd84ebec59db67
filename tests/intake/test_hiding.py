"""What is kept of a message does not hold the sensitive value that was read out of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake.hiding import hidden

ACCOUNT = "PL61109010140000071219812874"


def state(place: str = "stack", **fields: str) -> dict[str, Any]:
    return {place: [{"flow": "x", "fields": {slot: {"value": value} for slot, value in fields.items()}}]}


@pytest.mark.parametrize(
    "text",
    [
        "61 1090 1014 0000 0712 1981 2874",
        "PL61109010140000071219812874",
        "moje konto to pl 61-1090-1014-0000-0712-1981-2874, dziękuję",
    ],
)
def test_an_account_is_hidden_however_it_is_written(text: str) -> None:
    kept = hidden(text, state(nr_konta=ACCOUNT), frozenset({"nr_konta"}))
    assert "1090" not in kept
    assert "•••• 2874" in kept
    assert kept.endswith("dziękuję") == text.endswith("dziękuję")


def test_a_flow_that_waits_to_be_taken_up_again_hides_its_values_too() -> None:
    kept = hidden("44051401359", state("suspended", pesel="44051401359"), frozenset({"pesel"}))
    assert kept == "•••• 1359"


@pytest.mark.parametrize("sensitive", [frozenset[str](), frozenset({"pesel"})])
def test_what_is_not_sensitive_stays(sensitive: frozenset[str]) -> None:
    assert hidden("WX 12345", state(nr_rejestracyjny="WX12345"), sensitive) == "WX 12345"


def test_without_a_snapshot_everything_stays() -> None:
    assert hidden("61 1090", None, frozenset({"nr_konta"})) == "61 1090"
