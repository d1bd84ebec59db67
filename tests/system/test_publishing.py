"""An editor's day at a running product: words, a question, a mistake and the steps back, while a customer writes.

It runs the trial content, whose model is trained in seconds.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.supervisor.model import MODELS, place
from bot.supervisor.surroundings import load_settings
from tests.supervisor.test_run import ROOT, Running, own_settings, start
from tests.system.product import Product

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(900)]

PUBLISH_SECONDS = 420
TEXTS = "locales/pl/teksty.yml"
MORE = "\n- intent: faq/koszt\n  examples: |\n    - ile zapłacę za wymianę żarówki\n"


class Visitor(Product):
    """The customer's side of a product that somebody else started."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=20, trust_env=False)

    async def hears(self, psid: str, line: str, words: str) -> None:
        """The answer to `line` holds `words`."""
        said = await self.say(psid, line)
        assert any(words in text for text in said), said


@pytest.fixture
def content(tmp_path: Path) -> Path:
    found = Path(shutil.copytree(ROOT / "tests" / "dialogue" / "content", tmp_path / "content"))
    for name in ("profil", "firma"):
        shutil.copyfile(ROOT / "locales" / "pl" / f"{name}.yml", found / "locales" / "pl" / f"{name}.yml")
    return found


@pytest.fixture
async def env(tmp_path: Path, content: Path) -> AsyncIterator[dict[str, str]]:
    # The shipped content's may be in training just now.
    before = {*MODELS.glob("*.tar.gz"), place(load_settings())}
    yield {**own_settings(tmp_path / "var"), "DYZURNY_CONTENT_DIR": str(content), "COLUMNS": "300"}
    for trained in set(MODELS.glob("*.tar.gz")) - before:
        trained.unlink()


@pytest.fixture
async def running(env: dict[str, str]) -> AsyncIterator[Running]:
    started = await start(env)
    yield started
    started.process.terminate()
    await started.end()


@pytest.fixture
async def preview(env: dict[str, str]) -> AsyncIterator[Running]:
    command = [sys.executable, "-m", "bot.cli", "preview", "lampa", "--no-open"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=PIPE, stderr=STDOUT)
    started = Running(process, env)
    yield started
    process.terminate()
    assert await started.end() == 0


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has changed: adapt this test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def publish(running: Running, *arguments: str) -> tuple[int | None, str]:
    command = [sys.executable, "-m", "bot.cli", "publish", *arguments]
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=running.env, stdout=PIPE, stderr=STDOUT)
    async with asyncio.timeout(PUBLISH_SECONDS):
        said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_publishing_changes_what_is_said_and_breaks_no_conversation(running: Running, content: Path) -> None:
    await running.says("Simulator")
    customer, claim = Visitor(running.web), "950001"
    await customer.hears(claim, "zgasła latarnia", "iskrzy")

    edit(content / TEXTS, "text: faq/koszt", "text: Nic nie kosztuje.")
    code, said = await publish(running)
    assert code == 0, said
    assert "Uczę" not in said, "words alone need no training"
    await customer.hears("950002", "ile to kosztuje", "Nic nie kosztuje")

    # A new question in one flow, and in the other an answer already given that loses its place.
    edit(content / "flows" / "kontakt.yml", "steps:\n", "steps:\n      - collect: opis\n        type: tekst\n")
    edit(content / "flows" / "lampa.yml", "- collect: iskrzy", "- id: iskrzy\n        collect: zwarcie")
    edit(content / "flows" / "lampa.yml", "slots.iskrzy", "slots.zwarcie")
    words = "responses:\n  utter_ask_zwarcie: [{text: zwarcie}]\nfields:\n  zwarcie: {label: zwarcie, przycisk: Prąd}\n"
    (content / "locales" / "pl" / "zwarcie.yml").write_text(words, encoding="utf-8")
    await customer.hears(claim, "nie", "od_kiedy")
    code, said = await publish(running)
    assert code == 0, said
    assert "obok działającego" in said
    await customer.hears("950003", "proszę o telefon", "opis")
    await customer.hears("950004", "zgasła latarnia", "zwarcie")
    await customer.hears(claim, "wczoraj", "rodzaj")

    edit(content / "flows" / "kontakt.yml", "type: tekst", "type: opowieść")
    code, said = await publish(running)
    assert code == 1
    assert "flows/kontakt.yml:10:" in said, said
    assert "działa to, co działało" in said
    await customer.hears(claim, "na ścianie", "opis")

    for _ in range(2):
        code, said = await publish(running, "--undo")
        assert code == 0, said
    await customer.hears("950005", "ile to kosztuje", "faq/koszt")
    await customer.hears("950006", "proszę o telefon", "telefon")
    await customer.hears(claim, "nie świeci od rana", "zdjecia")
    await customer.http.aclose()


async def test_a_preview_follows_every_save(preview: Running, content: Path) -> None:
    opened = await preview.says("Podgląd: ")
    customer = Visitor(opened.split("/symulator")[0].split()[-1])
    await customer.hears("950011", "zgasła latarnia", "iskrzy")

    edit(content / TEXTS, "Pytanie: od_kiedy?", "Od kiedy nie świeci?")
    await preview.says("Zapis w użyciu")
    await customer.hears("950011", "nie", "Od kiedy nie świeci?")

    edit(content / "flows" / "lampa.yml", "type: data", "type: dzień")
    await preview.says("flows/lampa.yml:2")
    await customer.hears("950011", "wczoraj", "rodzaj")

    edit(content / "flows" / "lampa.yml", "type: dzień", "type: data")
    edit(
        content / "flows" / "lampa.yml", "    steps:\n", "    steps:\n      - collect: godzina\n        type: godzina\n"
    )
    await preview.says("Zapis w użyciu")
    await customer.hears("950012", "zepsuta latarnia", "godzina")

    with (content / "nlu_data" / "przyklady.yml").open("a", encoding="utf-8") as file:
        file.write(MORE)
    await preview.says("uczę w tle")
    await customer.hears("950012", "o 17", "iskrzy")
    await preview.says("Nowe przykłady są w użyciu", PUBLISH_SECONDS)
    await customer.hears("950012", "nie", "Od kiedy")
    await customer.http.aclose()
