"""The page for editors teaches what is true: its flow is accepted as it stands there, and is as short as promised."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.dialogue import compiler
from tests.content.conftest import ROOT

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
    before = set(map(str, compiler.check(tmp_path)))
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    # The page shows three examples of the forty; that there are too few is the one fault it may have.
    new = set(map(str, compiler.check(tmp_path))) - before
    assert [fault for fault in new if "nlu_data" not in fault] == []


def test_every_file_and_folder_that_the_page_names_exists(files: dict[str, str]) -> None:
    named = re.findall(r"`((?:flows|locales|nlu_data|bot)/[\w./]*)`", PAGE.read_text(encoding="utf-8"))
    for path in named:
        assert path in files or (ROOT / path).exists(), path
