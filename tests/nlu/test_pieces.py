"""Texts are cut into the pieces of the highest score."""

from __future__ import annotations

import pytest

from bot.nlu.pieces import Pieces

VOCABULARY = {"<s>": 0.0, "</s>": 0.0, "<unk>": 0.0, "▁": -3.0, "▁po": -2.0, "lisa": -2.0, "▁polisa": -3.0, "a": -4.0}
LETTERS = {ord("\t"): " ", ord("ﬁ"): "fi"}
PIECES = Pieces(list(VOCABULARY), list(VOCABULARY.values()), LETTERS, ends=(0, 1, 2))


def cut(text: str) -> list[str]:
    names = list(VOCABULARY)
    return [names[number] for number in PIECES.numbers(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("polisa", ["▁polisa"]),
        ("polisaa", ["▁polisa", "a"]),
        ("polisa  po", ["▁polisa", "▁po"]),
        ("\tpolisa", ["▁polisa"]),
        ("a", ["▁", "a"]),
        ("žpo", ["▁", "<unk>", "<unk>", "<unk>"]),
        ("", ["▁"]),
    ],
)
def test_a_text_becomes_its_likeliest_pieces_between_its_ends(text: str, pieces: list[str]) -> None:
    assert cut(text) == ["<s>", *pieces, "</s>"]
