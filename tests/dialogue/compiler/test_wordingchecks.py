"""`dyzurny check` reads every text as each of six people would."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.dialogue.compiler import check
from bot.dialogue.compiler.wordingchecks import shapes

ROOT = Path(__file__).resolve().parents[3]
SOUND = "[Proszę podać] numer [Pana polisy]. Sprawa {{ nr_szkody }} jest w toku."
# Text → what the complaint names, at the line of the text's name.
UNSOUND = {
    "Czy [zgłosił Pan] szkodę policji?": "zgłosił",  # ty of unknown gender has no form, and no neutral one is given
    "[Prosze podac] numer.": "Prosze",
    "Czy [może Pan podać numer?": "[",
    "Czy może Pan podać numer?": "Pan",
}
LONG_BUTTON = "Oto [Pana dokumenty] i zdjęcia"


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """What one check says of each text, and of the button, added to the shipped content."""
    content = tmp_path_factory.mktemp("content")
    for folder in ("flows", "locales", "nlu_data"):
        shutil.copytree(ROOT / folder, content / folder)
    lines, at = ["responses:"], {}
    for n, text in enumerate((SOUND, *UNSOUND)):
        lines += [f"  utter_proba_{n}:", f"    - text: {text!r}"]
        at[len(lines) - 1] = text
    lines += ["  utter_proba_guzika:", "    - text: Co dalej?"]
    at[len(lines) - 1] = LONG_BUTTON
    lines += ["      buttons:", f'        - {{title: "{LONG_BUTTON}", payload: "/pomoc"}}']
    (content / "locales" / "pl" / "proba.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found: dict[str, list[str]] = {text: [] for text in at.values()}
    for fault in check(content):
        if fault.file == "locales/pl/proba.yml":
            found[at[fault.line]].append(str(fault))
    return found


def test_a_sound_text_is_passed(complaints: Mapping[str, list[str]]) -> None:
    assert complaints[SOUND] == []


@pytest.mark.parametrize(("text", "word"), UNSOUND.items())
def test_a_text_that_cannot_be_said_to_everybody_names_its_line_and_word(
    complaints: Mapping[str, list[str]], text: str, word: str
) -> None:
    assert complaints[text], text
    assert complaints[text][0].startswith("locales/pl/proba.yml:")
    assert word in complaints[text][0].partition(" ")[2]


def test_a_button_that_is_too_long_in_one_form_only_is_found(complaints: Mapping[str, list[str]]) -> None:
    assert any("przycisk" in fault for fault in complaints[LONG_BUTTON])


def test_both_branches_of_a_condition_are_read() -> None:
    text = "A{% if x %}B{% else %}C{% endif %}D{{ y }}"
    assert shapes(text) == ["ABD\ue100", "ACD\ue100"]
