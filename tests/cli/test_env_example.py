"""`.env.example` names every setting, and no other; what it shows as a default is one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
# Read by the set-up, before there is a package that could.
OF_THE_SET_UP = {"DYZURNY_PYTHON", "DYZURNY_CHROMIUM", "REDIS_URL"}


def shown() -> dict[str, str]:
    return dict(LINE.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def settings_from(file: Path | None) -> Settings:
    source: dict[str, Any] = {"_env_file": file}
    return Settings(**source)


def test_every_setting_is_shown_and_nothing_else() -> None:
    settings = {f"DYZURNY_{name.upper()}" for name in Settings.model_fields}
    assert set(shown()) - OF_THE_SET_UP == settings


def test_a_file_with_every_shown_value_taken_over_is_understood(tmp_path: Path) -> None:
    given = [f"{name}={value}" for name, value in shown().items() if value and name not in OF_THE_SET_UP]
    (tmp_path / ".env").write_text("\n".join(given), encoding="utf-8")
    read = Settings(_env_file=tmp_path / ".env")
    assert read.page_tokens.keys() == {"1234567890"}


def test_the_shown_defaults_are_the_real_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in shown():
        monkeypatch.delenv(name, raising=False)
    given = [f"{name}={value}" for name, value in shown().items() if value and name != "DYZURNY_PAGE_TOKENS"]
    (tmp_path / ".env").write_text("\n".join(given), encoding="utf-8")
    # From whatever folder: what is no whole path is meant from the project's.
    monkeypatch.chdir(tmp_path)
    assert Settings(_env_file=tmp_path / ".env") == Settings(_env_file=None)
    monkeypatch.setenv("DYZURNY_DATABASE_URL", "sqlite:///var/other.db")
    assert Settings(_env_file=None).database_url == f"sqlite:///{ROOT}/var/other.db"


def test_another_folders_file_does_not_become_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DYZURNY_APP_ID=of-somebody-else\n", encoding="utf-8")
    here = Settings().app_id
    monkeypatch.chdir(tmp_path)
    assert Settings().app_id == here != "of-somebody-else"
