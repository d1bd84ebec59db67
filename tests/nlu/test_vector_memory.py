"""Sentence vectors are asked for once, and nothing about keeping them can break a training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu.model import Thresholds
from bot.nlu.training import Settings, train_reader
from bot.nlu.vector_memory import RememberingEncoder
from bot.nlu.vectors import open_encoder

TOPICS = ("raty", "numer", "hej")


class TopicEncoder:
    """A vector a topic; notes what it was asked."""

    name = "topics"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.asked += texts
        rows = np.array([[float(topic in text) + 0.01 for topic in TOPICS] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_only_texts_not_seen_before_are_encoded(tmp_path: Path) -> None:
    encoder = TopicEncoder()
    first = RememberingEncoder(encoder, tmp_path / "kept.npz").encode(["raty", "hej"])
    again = RememberingEncoder(encoder, tmp_path / "kept.npz").encode(["hej", "numer", "raty"])
    assert encoder.asked == ["raty", "hej", "numer"]
    assert np.array_equal(again[[2, 0]], first)


def test_a_torn_memory_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "kept.npz").write_bytes(b"PK\x03\x04 torn")
    assert RememberingEncoder(TopicEncoder(), tmp_path / "kept.npz").encode(["raty"]).shape == (1, 3)


def test_a_place_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert RememberingEncoder(TopicEncoder(), tmp_path / "file" / "kept.npz").encode(["raty"]).shape == (1, 3)


def test_a_missing_package_leaves_the_reader_without_dense_vectors() -> None:
    assert open_encoder("no_such_package.encoders:Best") is None
    assert open_encoder(None) is None


def test_a_company_can_plug_in_its_own_encoder() -> None:
    encoder = open_encoder(f"{__name__}:TopicEncoder")
    assert encoder is not None
    assert encoder.encode(["raty"]).shape == (1, 3)


@pytest.mark.parametrize(("sure", "asked"), [(0.0, 0), (2.0, 1)])
def test_only_in_doubt_is_the_sentence_vector_asked_for(sure: float, asked: int) -> None:
    texts = [f"{word} {topic}" for topic in TOPICS for word in ("czy", "jak", "no", "a", "i", "to", "ej", "o")]
    encoder = TopicEncoder()
    reader = train_reader(texts, [text.split()[1] for text in texts], Settings(Thresholds(sure=sure)), encoder)
    encoder.asked.clear()
    for _ in range(2):  # the second reading comes out of the cache of short messages
        reading = reader.read("no numer")
    assert (reading.intent, reading.dense, len(encoder.asked)) == ("numer", bool(asked), asked)
