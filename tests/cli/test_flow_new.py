"""`dyzurny flow new`: six answers make three files that only lack what the editor has yet to write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.dialogue.compiler import check
from tests.support.processes import ROOT

ANSWERS = [
    "zmiana adresu korespondencyjnego",
    "obsluga",
    "numer polisy, nowy adres, kod pocztowy, data przeprowadzki?, kto mieszka (wybór: tylko ja, cała rodzina), telefon",
    "zaloz_sprawe",
    "",
    "chce zmienic adres do korespondencji",
    "- listy przychodzą pod stary adres",
    "",
]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "locales", "nlu_data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def flow_new(root: Path, answers: list[str]) -> Result:
    env = {"DYZURNY_CONTENT_DIR": str(root)}
    return CliRunner().invoke(app, ["flow", "new"], input="\n".join(answers) + "\n", env=env)


def test_the_result_lacks_examples_and_nothing_else(content: Path) -> None:
    before = set(check(content))
    result = flow_new(content, ANSWERS)
    assert result.exit_code == 0, result.output
    new = set(check(content)) - before
    assert len(new) == 1, [str(fault) for fault in new]
    (left,) = new
    assert left.file == "nlu_data/zmiana_adresu_korespondencyjnego.yml"
    assert "za mało przykładów: 2" in left.what
    assert str(left) in result.output, "what is left to do is named"


def test_what_other_flows_ask_for_is_taken_over_and_the_rest_guessed(content: Path) -> None:
    flow_new(content, ANSWERS)
    flow = yaml.safe_load((content / "flows" / "zmiana_adresu_korespondencyjnego.yml").read_text(encoding="utf-8"))
    steps = flow["flows"]["zmiana_adresu_korespondencyjnego"]["steps"]
    assert [(step.get("collect"), step.get("type")) for step in steps[:6]] == [
        ("nr_polisy", "nr_polisy"),
        ("nowy_adres", "tekst"),
        ("kod_pocztowy", "kod_pocztowy"),
        ("data_przeprowadzki", "data"),
        ("kto_mieszka", "wybor"),
        ("telefon", "telefon"),
    ]
    assert steps[0]["known_from"] == "crm.nr_polisy"
    assert steps[3]["optional"] is True
    texts = (content / "locales" / "pl" / "zmiana_adresu_korespondencyjnego.yml").read_text(encoding="utf-8")
    assert "[Proszę podać] datę przeprowadzki." in texts
    assert "utter_ask_telefon" not in texts, "that question stands already"


def test_nothing_is_overwritten(content: Path) -> None:
    flow_new(content, ANSWERS)
    before = {path: path.read_bytes() for path in content.rglob("*.yml")}
    again = flow_new(content, ["zmiana adresu korespondencyjnego", "status szkody", *ANSWERS])
    assert "jest już zajęta" in again.output
    assert again.exit_code == 1, "the answers ran out at a question that no taken name answers"
    assert {path: path.read_bytes() for path in content.rglob("*.yml")} == before


@pytest.mark.parametrize(
    ("at", "wrong", "said"),
    [
        (0, "!!!", "potrzebne są litery"),
        (1, "kosmos", "Nie ma takiego działu"),
        (2, "kolor (wybór)", "Nie rozumiem pola"),
        (2, "kolor (tęcza)", "Nie rozumiem pola"),
        (2, " , ", "co najmniej jednego pola"),
        (3, "koniec", "Wybierz jedno z"),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_for_again(content: Path, at: int, wrong: str, said: str) -> None:
    result = flow_new(content, [*ANSWERS[:at], wrong, *ANSWERS[at:]])
    assert said in result.output
    assert result.exit_code == 0
