"""Sentences become examples and questions in a copy of the shipped content, and broken ones leave it as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.dialogue import compiler
from bot.dialogue.compiler.content import read_nlu
from bot.drafting.examples import as_example, with_example, without_example
from bot.editions.folder import FOLDERS, number_of
from bot.insight.taking import NotTaken, Taking
from bot.settings import ROOT


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("content")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder)
    return copy


def examples_of(content: Path, intent: str) -> list[str]:
    return [one.text for one in read_nlu(content).examples if one.intent == intent]


def test_a_sentence_becomes_the_last_example_and_can_be_taken_back(shipped: Path) -> None:
    before, taking = number_of(shipped), Taking(shipped)
    example = taking.add("faq/raty", "- czy [mogę](x) rozłożyć\nna kwartały składkę")
    assert example == "czy mogę x rozłożyć na kwartały składkę"
    assert examples_of(shipped, "faq/raty")[-1] == example
    assert taking.known().counts["faq/raty"] == len(examples_of(shipped, "faq/raty"))
    assert taking.take_back("faq/raty", example)
    assert number_of(shipped) == before, "to the letter as it was"
    assert not taking.take_back("faq/raty", example)


def test_what_stands_there_already_is_refused_with_its_place(shipped: Path) -> None:
    before, known = number_of(shipped), examples_of(shipped, "reklamacja")[0]
    with pytest.raises(NotTaken) as refused:
        Taking(shipped).add("faq/raty", known.upper() + "!")
    assert "reklamacja (nlu_data/polisa_i_kontakt.yml, wiersz" in refused.value.detail
    for intent, sentence in (("faq/nie_ma", "czy psa można"), ("faq/raty", "1234 …")):
        with pytest.raises(NotTaken):
            Taking(shipped).add(intent, sentence)
    assert number_of(shipped) == before


def test_a_new_question_passes_every_check_but_that_it_lacks_examples(shipped: Path) -> None:
    taking = Taking(shipped)
    said = ["czy ubezpieczacie hulajnogi", "hulajnoga oc", "Hulajnoga OC?"]
    intent, examples = taking.begin("Hulajnoga", "Hulajnogę [ubezpieczy Pan] razem z domem.", said)
    try:
        assert (intent, examples) == ("faq/hulajnoga", said[:2])
        faults = compiler.check(shipped)
        assert [(fault.file, fault.bearable) for fault in faults] == [("nlu_data/faq_hulajnoga.yml", True)]
        assert taking.known().short == {"faq/hulajnoga": 38}
        assert taking.add("faq/hulajnoga", "hulajnoga elektryczna w polisie") in examples_of(shipped, intent)
        again, _ = taking.begin("Hulajnoga", "O hulajnodze powie konsultant.", ["na hulajnodze do pracy"])
        assert again == "faq/hulajnoga_2"
    finally:
        for path in shipped.rglob("faq_hulajnoga*"):
            path.unlink()


@pytest.mark.parametrize(
    ("title", "answer"), [("Hulajnoga", "[może Pan pytać"), ("", "x"), ("Hulajnoga i wszystko inne", "x"), ("Hej", "")]
)
def test_a_question_that_cannot_be_said_leaves_the_folder_as_it_was(shipped: Path, title: str, answer: str) -> None:
    before = number_of(shipped)
    with pytest.raises(NotTaken):
        Taking(shipped).begin(title, answer, ["czy ubezpieczacie hulajnogi"])
    assert number_of(shipped) == before


@pytest.mark.parametrize(
    "typed",
    [
        "Zapytamy {{ cycler.__init__.__globals__.os.getcwd() }}.",
        "Zapytamy{% for x in range(9) %} i zapytamy{% endfor %}.",
        "Zapytamy {{ 'a' * 9 }}.",
        "Zapytamy {# dziś #} jutro.",
    ],
)
def test_what_an_editor_types_is_a_text_and_no_program(shipped: Path, typed: str) -> None:
    before = number_of(shipped)
    with pytest.raises(NotTaken) as refused:
        Taking(shipped).begin("Hulajnoga", typed, ["czy ubezpieczacie hulajnogi"])
    assert refused.value.code == "bad_template"
    assert number_of(shipped) == before


def test_content_that_may_not_be_written_is_a_refusal_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotTaken) as refused:
        Taking(tmp_path / "nowhere").add("faq/raty", "czy mogę na raty")
    assert refused.value.code == "content_read_only"


FILE = """nlu:
# raty
- intent: faq/raty
  examples: |
    - na raty
    # a comment
    - raty

- intent: faq/inne
  examples: |
    - inne
"""


def test_the_text_around_an_example_stays_as_it_was() -> None:
    more = with_example(FILE, "faq/raty", "nowe")
    assert more == FILE.replace("    - raty\n", "    - raty\n    - nowe\n")
    assert without_example(str(more), "faq/raty", "nowe") == FILE
    assert with_example(FILE, "faq/rat", "nowe") is None
    assert without_example(FILE, "faq/inne", "inne") is None, "the last one keeps the intent alive"
    assert as_example(" - # [x](y) 🙂") == "x y 🙂" and as_example("123 …") == ""
