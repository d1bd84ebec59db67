"""A small trained reader: names, order and calibration of what it says, and that it survives storing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import OUT_OF_SCOPE
from bot.nlu.examples import read_examples
from bot.nlu.model import IntentReader, Thresholds, Understood
from bot.nlu.storage import load_reader, save_reader
from bot.nlu.training import Settings, train_reader

ROOT = Path(__file__).resolve().parents[2]
INTENTS = ["faq/infolinia", "faq/raty", "powitanie", "reklamacja", "umow_kontakt", "znajdz_placowke", OUT_OF_SCOPE]


def small_reader() -> IntentReader:
    files = sorted(path for path in (ROOT / "nlu_data").glob("*.yml") if path.name != "config.yml")
    found = [each for path in files for each in read_examples(path)]
    examples = [each for intent in INTENTS for each in [each for each in found if each.intent == intent][:40]]
    texts, labels = [each.text for each in examples], [each.intent for each in examples]
    return train_reader(texts, labels, Settings(Thresholds()), None)


@pytest.fixture(scope="module")
def reader() -> IntentReader:
    return small_reader()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("jaki macie numer na infolinię?", "faq/infolinia"),
        ("czy da się zapłacić na raty", "faq/raty"),
        ("dzień dobry!", "powitanie"),
        ("niech ktoś do mnie zadzwoni jutro", "umow_kontakt"),
    ],
)
def test_intents_are_read_under_their_full_names_and_acted_on(reader: IntentReader, text: str, intent: str) -> None:
    reading = reader.read(text)
    assert (reading.intent, reading.understood) == (intent, Understood.YES)


def test_the_ranking_falls_from_a_chance_to_a_chance_and_names_every_intent(reader: IntentReader) -> None:
    ranking = reader.read("gdzie jest biuro i jaki macie telefon").ranking
    chances = [chance for _, chance in ranking]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert sorted(name for name, _ in ranking) == sorted(INTENTS)


@pytest.mark.parametrize("greeting", ["Dzień dobry, ", "hej ", "Witam serdecznie. "])
def test_a_greeting_in_front_takes_nothing_from_what_follows(reader: IntentReader, greeting: str) -> None:
    said = "jaki macie numer na infolinię?"
    assert reader.read(greeting + said) == reader.read(said)


@pytest.mark.parametrize("said", ["reklamacja", "numer infolinii", "najbliższa placówka", "proszę zadzwonić"])
def test_a_greeting_takes_nothing_from_one_or_two_telling_words(reader: IntentReader, said: str) -> None:
    assert reader.read(f"Dzień dobry, {said}") == reader.read(said)


def test_a_greeting_with_a_name_stays_a_greeting(reader: IntentReader) -> None:
    assert reader.read("dzień dobry").intent == "powitanie"
    assert reader.read("dzień dobry Pani").intent == "powitanie"


def test_diacritics_make_no_difference(reader: IntentReader) -> None:
    assert reader.read("chcę złożyć REKLAMACJĘ") == reader.read("chce zlozyc reklamacje")


def test_what_is_out_of_scope_is_never_acted_on(reader: IntentReader) -> None:
    reading = reader.read("jaka będzie jutro pogoda w górach")
    assert reading.intent == OUT_OF_SCOPE
    assert reading.understood is Understood.NO


@pytest.mark.parametrize("text", ["", "   ", "ဪ", "\u200b"])
def test_a_message_without_a_known_feature_is_not_understood(reader: IntentReader, text: str) -> None:
    reading = reader.read(text)
    assert reading.understood is Understood.NO
    assert reading.confidence == 0


def test_a_very_long_message_is_read_like_any_other(reader: IntentReader) -> None:
    assert reader.read("chcę złożyć reklamację na wycenę " * 400).intent == "reklamacja"


def test_a_stored_reader_reads_the_same(reader: IntentReader, tmp_path: Path) -> None:
    save_reader(reader, tmp_path)
    again = load_reader(tmp_path)
    for text in ("reklamacja", "oddzwońcie do mnie", "hej", "przepis na sernik", "raty?"):
        assert again.read(text) == reader.read(text)


def test_training_twice_gives_the_same_model(reader: IntentReader) -> None:
    again = small_reader()
    assert list(again.space.columns) == list(reader.space.columns)
    assert np.array_equal(again.sparse.weights, reader.sparse.weights)
    assert again.scales == reader.scales
