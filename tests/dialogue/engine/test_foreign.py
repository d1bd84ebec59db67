"""What is in another language, also where the classifier knows a word of it."""

from __future__ import annotations

import pytest

from bot.dialogue.engine.foreign import is_foreign


@pytest.mark.parametrize("understood", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "Hello, I need to report an accident, my car was hit",
        "can you help me please",
        "Ich bin nicht in Polen, bitte helfen",
        "Добрий день, я потрапив в аварію",
    ],
)
def test_another_language_is_one_whatever_intent_it_resembles(text: str, understood: bool) -> None:
    assert is_foreign(text, understood)


@pytest.mark.parametrize("understood", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "nie wie pan czyj to był pas ruchu na tej drodze",
        "ok, help, mam problem z autem",
        "zgubiłem pas od laptopa, kto wie czy to jest w polisie",
        "stłuczka na car wash, uderzył mnie z tyłu",
    ],
)
def test_polish_with_a_foreign_word_or_two_is_polish(text: str, understood: bool) -> None:
    assert not is_foreign(text, understood)
