"""The page for editors teaches what is true: its flow is accepted as it stands there, and is as short as promised."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.dialogue import compiler
from bot.dialogue.rendering import Renderer, load_texts
from bot.dialogue.saying import Say
from tests.content.conftest import ROOT
from tests.content.test_texts import LISTENERS
from tests.dialogue.engine.playing import Player, compiled

PAGE = ROOT / "docs" / "redakcja.md"
_FILE = re.compile(r"Plik `([^`]+)`[^\n]*\n```yaml\n(.*?)```", re.DOTALL)
_FOLDERS = ("flows", "locales", "nlu_data")


@pytest.fixture
def files() -> dict[str, str]:
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def test_a_new_flow_takes_three_files_and_under_thirty_lines(files: dict[str, str]) -> None:
    assert sorted(path.split("/")[0] for path in files) == sorted(_FOLDERS)
    assert sum(len(text.splitlines()) for text in files.values()) < 30


def test_the_flow_on_the_page_is_accepted_as_it_stands(files: dict[str, str], tmp_path: Path) -> None:
    for folder in _FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    # The page shows three examples of the forty; that there are too few is the one fault it may have.
    assert [fault for fault in map(str, compiler.check(tmp_path)) if "nlu_data" not in fault] == []


def test_the_flow_on_the_page_is_talked_through_as_pan_pani_panstwo_and_ty(
    files: dict[str, str], tmp_path: Path
) -> None:
    for folder in _FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    renderer, player = Renderer(load_texts(tmp_path)), Player(flows=compiled(tmp_path))
    said: dict[str, list[str]] = {}

    def hear(names: list[str]) -> list[str]:
        for say in player.last.says if player.last else ():
            for listener in LISTENERS:
                parts = renderer.render(Say(say.say, say.slots), listener)
                said.setdefault(say.say, []).extend(part.text for part in parts)
        return names

    assert hear(player.says("chcę zmienić adres", intent="zmiana_adresu"))[-1] == "utter_ask_nr_polisy"
    assert hear(player.says("AC1234567890")) == ["utter_ask_nowy_adres"]
    assert hear(player.says("Puławska 12, Warszawa")) == ["utter_ask_kod_pocztowy"]
    assert hear(player.says("wróć")) == ["utter_ask_nowy_adres"]
    assert hear(player.says("Piękna 3, Łódź")) == ["utter_ask_kod_pocztowy"]
    assert hear(player.says("90-001")) == ["utter_ask_telefon"]
    assert hear(player.says("601 234 567")) == ["utter_summary"]
    assert hear(player.says("tak", intent="potwierdzenie")) == ["zaloz_sprawe"]
    result = {"nr_sprawy": "ZA/2026/000001", "nr_szkody": "ZA/2026/000001", "termin": "2026-12-22"}
    assert hear(player.event(kind="result", act="zaloz_sprawe", slots=result)) == ["utter_adres_przyjety"]
    assert "ZA/2026/000001" in said["utter_adres_przyjety"][0]
    assert {text.split()[0] for text in said["utter_ask_nowy_adres"]} == {"Jaki"}
    assert any("Podaj ulicę" in text for text in said["utter_ask_nowy_adres"])


def test_the_dialogue_on_the_page_has_the_form_that_is_checked(files: dict[str, str], tmp_path: Path) -> None:
    for folder in _FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    (dialogue,) = re.findall(r"```yaml\n(- title:.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "flows" / "dialogi" / "adres.yml").write_text(dialogue, encoding="utf-8")
    assert [fault for fault in compiler.check(tmp_path) if "dialogi" in fault.file] == []


def test_every_command_that_the_page_names_exists() -> None:
    named = set(re.findall(r"dyzurny (flow new|\w+)", PAGE.read_text(encoding="utf-8")))
    assert {"flow new", "preview", "check", "publish"} <= named
    for command in named:
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0, command


def test_every_file_and_folder_that_the_page_names_exists(files: dict[str, str]) -> None:
    named = re.findall(r"`((?:flows|locales|nlu_data|bot)/[\w./]*)`", PAGE.read_text(encoding="utf-8"))
    for path in named:
        assert path in files or (ROOT / path).exists(), path
