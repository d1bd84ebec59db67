"""`dyzurny check` reads every text as each of six people would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.dialogue.compiler import check
from bot.dialogue.compiler.wordingchecks import shapes

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "locales", "nlu_data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def complaints(root: Path, text: str, buttons: str = "") -> list[str]:
    """What the check says of one text added to the shipped content."""
    lines = f"responses:\n  utter_proba:\n    - text: {text!r}\n{buttons}"
    (root / "locales" / "pl" / "proba.yml").write_text(lines, encoding="utf-8")
    return [str(fault) for fault in check(root) if fault.file == "locales/pl/proba.yml"]


def test_a_sound_text_is_passed(content: Path) -> None:
    assert complaints(content, "[Proszę podać] numer [Pana polisy]. Sprawa {{ nr_szkody }} jest w toku.") == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "Czy [zgłosił Pan] szkodę policji?",
            "zgłosił",
        ),  # ty of unknown gender has no form, and no neutral one is given
        ("[Prosze podac] numer.", "Prosze"),
        ("Czy [może Pan podać numer?", "["),
        ("Czy może Pan podać numer?", "Pan"),
    ],
)
def test_a_text_that_cannot_be_said_to_everybody_names_its_line_and_word(content: Path, text: str, word: str) -> None:
    found = complaints(content, text)
    assert found, text
    assert found[0].startswith("locales/pl/proba.yml:2: ")
    assert word in found[0]


def test_a_button_that_is_too_long_in_one_form_only_is_found(content: Path) -> None:
    buttons = '      buttons:\n        - {title: "Oto [Pana dokumenty] i zdjęcia", payload: "/pomoc"}\n'
    assert any("przycisk" in fault for fault in complaints(content, "Co dalej?", buttons))


def test_both_branches_of_a_condition_are_read() -> None:
    text = "A{% if x %}B{% else %}C{% endif %}D{{ y }}"
    assert shapes(text) == ["ABD\ue100", "ACD\ue100"]
    assert shapes("{% for w in v %}{{ w }}{% endfor %}!") == ["\ue100!"]
    assert shapes("{% if x %}B{% endif %}") == ["B"]
