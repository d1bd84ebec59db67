"""The whole pipeline through a running Rasa with the shipped content: what other parts and other people rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.nlu.evaluate import run
from bot.nlu.figures import Figures
from tests.support.plain_http import plain_http

pytestmark = pytest.mark.rasa
HELD_OUT = Path(__file__).resolve().parent / "heldout"


def parse(rasa_url: str, text: str) -> dict[str, Any]:
    asked = plain_http().post(f"{rasa_url}/model/parse", json={"text": text}, timeout=60)
    found: dict[str, Any] = asked.raise_for_status().json()
    return found


@pytest.fixture(scope="module")
def final(rasa_url: str) -> Figures:
    return run(HELD_OUT / "final.yml", rasa_url=rasa_url, say=lambda _: None)


def test_parse_gives_full_names_and_at_least_five_candidates(rasa_url: str) -> None:
    found = parse(rasa_url, "jaki jest numer infolinii?")
    assert found["intent"]["name"] == "faq/infolinia"
    assert found["understood"] == "yes"
    assert len(found["intent_ranking"]) >= 5
    assert found["intent_ranking"][0] == found["intent"]


def test_parse_takes_typed_answers_out_of_a_first_message(rasa_url: str) -> None:
    entities = parse(rasa_url, "stłuczka, auto WX 12345, tel 501 222 333, szkoda jakieś 2 tys zł")["entities"]
    values = {entity["entity"]: entity["value"] for entity in entities}
    assert values == {"nr_rejestracyjny": "WX12345", "telefon": "+48501222333", "kwota": "2000.00"}


@pytest.mark.parametrize("text", ["ile kosztuje bilet do kina", "asdfgh", "🐶"])
def test_what_is_out_of_scope_is_not_understood(rasa_url: str, text: str) -> None:
    assert parse(rasa_url, text)["understood"] == "no"


def test_held_out_messages_are_understood_as_promised(final: Figures) -> None:
    # Issue 4, "Understanding": floors of an unseen set; this one was never trained on.
    assert final.top1 >= 0.93
    assert final.offered >= 0.96
    assert final.wrong <= 0.05
    assert final.let_through <= 0.15


def test_confidence_means_something(final: Figures) -> None:
    assert final.ece <= 0.06
