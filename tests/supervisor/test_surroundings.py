"""Settings out of the environment and `.env`, and what demo mode makes for itself."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.supervisor import demo, surroundings
from bot.supervisor.faults import CannotRun


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DYZURNY_")]:
        monkeypatch.delenv(name)


def test_the_environment_goes_over_the_file_and_an_empty_value_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DYZURNY_PORT=8001\nDYZURNY_HOST='0.0.0.0'\nDYZURNY_APP_ID=\n", encoding="utf-8")
    monkeypatch.setenv("DYZURNY_PORT", "8002")
    monkeypatch.setenv("DYZURNY_HOST", "")

    known = surroundings.known_settings(tmp_path)

    assert known["DYZURNY_PORT"] == "8002"
    assert known["DYZURNY_HOST"] == "0.0.0.0"
    assert "DYZURNY_APP_ID" not in known


def test_what_is_adopted_never_replaces_what_a_person_has_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DYZURNY_VERIFY_TOKEN=from-file\n", encoding="utf-8")
    monkeypatch.setenv("DYZURNY_APP_SECRET", "from-environment")
    monkeypatch.setenv("DYZURNY_SECRET_KEY", "placeholder, so that it is taken away again")
    monkeypatch.delenv("DYZURNY_SECRET_KEY")

    made = dict.fromkeys(("DYZURNY_VERIFY_TOKEN", "DYZURNY_APP_SECRET", "DYZURNY_SECRET_KEY"), "made")
    surroundings.adopt(made, tmp_path)

    assert os.environ["DYZURNY_APP_SECRET"] == "from-environment"
    assert "DYZURNY_VERIFY_TOKEN" not in os.environ
    assert os.environ["DYZURNY_SECRET_KEY"] == "made"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, True),
        ({"DYZURNY_PAGE_TOKENS": "{}"}, True),
        ({"DYZURNY_PAGE_TOKENS": '{"1": "token"}'}, False),
        ({"DYZURNY_DEMO": "false"}, False),
        ({"DYZURNY_DEMO": "true"}, True),
    ],
)
def test_demo_mode_is_for_those_without_a_page(known: dict[str, str], expected: bool) -> None:
    assert demo.is_demo(known) is expected


def test_demo_secrets_are_made_once_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    first = demo.ensure_secrets(tmp_path)

    assert demo.ensure_secrets(tmp_path) == first
    assert stat.S_IMODE(demo.secrets_file(tmp_path).stat().st_mode) == 0o600
    assert len(set(first.values())) == len(first)
    assert demo.ensure_secrets(tmp_path / "elsewhere")["DYZURNY_APP_SECRET"] != first["DYZURNY_APP_SECRET"]


def test_a_secret_that_is_missing_is_made_beside_those_that_are_kept(tmp_path: Path) -> None:
    demo.secrets_file(tmp_path).write_text("DYZURNY_APP_SECRET='kept'\n", encoding="utf-8")

    made = demo.ensure_secrets(tmp_path)

    assert made["DYZURNY_APP_SECRET"] == "kept"
    assert made["DYZURNY_SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [("DYZURNY_PORT", "secret-number", "port"), ("DYZURNY_PAGE_TOKENS", "secret-token", "DYZURNY_PAGE_TOKENS")],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CannotRun) as refused:
        surroundings.load_settings()
    assert sentence in refused.value.detail
    assert value not in refused.value.detail
