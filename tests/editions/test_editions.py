"""Editions on disk and in service: copies that nobody changes, and each conversation with the one it needs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.compiler import build
from bot.dialogue.compiler.build import ContentFaults
from bot.dialogue.engine import state as states
from bot.dialogue.engine.state import Field, Frame, Source, State
from bot.editions import folder, register, service
from bot.editions.folder import Edition
from bot.editions.register import Published, Servers
from bot.editions.service import Editions
from bot.settings import Settings
from tests.support.processes import ROOT

TRIAL = ROOT / "tests" / "dialogue" / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TRIAL, tmp_path / "content"))


@pytest.fixture
def editions_folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "editions"


@pytest.fixture
def settings(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(service, "FRESH_SECONDS", 0.0)
    build(content, content / "build", checked=True)
    return Settings(content_dir=content, var_dir=tmp_path / "var", demo=True, rasa_url="http://127.0.0.1:1")


def edit(content: Path, file: str, old: str, new: str) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def in_the_middle(edition: Edition) -> dict[str, Any]:
    fields = {"rodzaj": Field("slup", Source.SAID, "na słupie", "2026-11-22T10:00:00+01:00")}
    return states.to_json(State(flows=edition.flows, stack=[Frame("lampa", step="opis", fields=fields)]))


def test_an_edition_is_a_copy_and_the_same_content_is_the_same_edition(content: Path, editions_folder: Path) -> None:
    first = folder.make(content, editions_folder)
    assert folder.make(content, editions_folder) == first
    edit(content, "locales/pl/teksty.yml", "text: lampa przyjeta", "text: dziękujemy")
    second = folder.make(content, editions_folder)
    assert second.id != first.id
    assert second.flows == first.flows, "words alone need no other model"
    assert "lampa przyjeta" in (first.root / "locales" / "pl" / "teksty.yml").read_text(encoding="utf-8")


def test_broken_content_makes_no_edition(content: Path, editions_folder: Path) -> None:
    edit(content, "flows/lampa.yml", "type: data", "type: dzień")
    with pytest.raises(ContentFaults) as refused:
        folder.make(content, editions_folder)
    assert [fault.file for fault in refused.value.faults] == ["flows/lampa.yml"]
    assert list(editions_folder.iterdir()) == []


def test_without_a_register_the_content_itself_is_in_service(settings: Settings) -> None:
    editions = Editions(settings)
    assert editions.urls == ["http://127.0.0.1:1"]
    assert "utter_lampa_przyjeta" in editions.texts
    assert not editions.moves(None)


def test_words_and_servers_change_with_the_register(settings: Settings, content: Path, editions_folder: Path) -> None:
    first = folder.make(content, editions_folder)
    register.write_servers(editions_folder, Servers({first.id: "http://127.0.0.1:2"}))
    register.write_published(editions_folder, Published(first.id))
    editions = Editions(settings)
    urls, texts = editions.urls, editions.texts
    assert urls == ["http://127.0.0.1:2"]
    edit(content, "locales/pl/teksty.yml", "text: lampa przyjeta", "text: dziękujemy")
    second = folder.make(content, editions_folder)
    register.write_servers(editions_folder, Servers({first.id: "http://127.0.0.1:2", second.id: "http://127.0.0.1:3"}))
    register.write_published(editions_folder, Published(second.id, (first.id,), {first.id: "2026-11-22T10:00:00Z"}))
    assert editions.current.id == second.id
    assert urls == ["http://127.0.0.1:3"]
    assert texts.responses["utter_lampa_przyjeta"][0].source == "dziękujemy"
    assert editions.of(in_the_middle(first)).id == second.id, "words alone break nothing"


def test_a_conversation_that_would_lose_an_answer_stays_as_long_as_its_server_does(
    settings: Settings, content: Path, editions_folder: Path
) -> None:
    first = folder.make(content, editions_folder)
    shutil.move(content / "flows" / "lampa.yml", content / "lampa.yml")
    edit(content, "nlu_data/przyklady.yml", "intent: zglos_lampe", "intent: lampa_zgloszona")
    (content / "locales" / "pl" / "tytuly.yml").write_text("intent_titles: {lampa_zgloszona: Lampa}\n", "utf-8")
    second = folder.make(content, editions_folder, bearing=True)
    urls = {first.id: "http://127.0.0.1:2", second.id: "http://127.0.0.1:3"}
    register.write_servers(editions_folder, Servers(urls))
    register.write_published(editions_folder, Published(second.id, (first.id,), {first.id: "2026-11-22T10:00:00Z"}))
    editions, claim = Editions(settings), in_the_middle(first)
    assert editions.urls_of(claim) == ("http://127.0.0.1:2",)
    assert not editions.moves(claim)
    assert editions.urls_of(None) == ("http://127.0.0.1:3",)
    register.write_servers(editions_folder, Servers({second.id: urls[second.id]}))
    assert editions.urls_of(claim) == ("http://127.0.0.1:3",)
    assert editions.moves(claim), "Rasa's tracker of the old flows is left behind"


def test_an_edition_that_cannot_be_loaded_leaves_the_one_in_force(
    settings: Settings, content: Path, editions_folder: Path
) -> None:
    first = folder.make(content, editions_folder)
    urls = {first.id: "http://127.0.0.1:2", "nonesuch0000": "http://127.0.0.1:3"}
    register.write_servers(editions_folder, Servers(urls))
    register.write_published(editions_folder, Published(first.id))
    editions = Editions(settings)
    register.write_published(editions_folder, Published("nonesuch0000"))
    assert editions.current.id == first.id


def test_an_edition_that_nobody_serves_is_not_in_service(
    settings: Settings, content: Path, editions_folder: Path
) -> None:
    first = folder.make(content, editions_folder)
    register.write_published(editions_folder, Published(first.id))
    editions = Editions(settings)
    assert editions.current.id == ""
    assert editions.urls == ["http://127.0.0.1:1"]
