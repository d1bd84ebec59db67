"""An editor's day at the running product: words, a question, a mistake and a step back, while a customer writes."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.supervisor.model import MODELS
from tests.supervisor.test_run import ROOT, Running, own_settings, start
from tests.system.product import Product

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(900)]

PUBLISH_SECONDS = 420


class Visitor(Product):
    """The customer's side of a product that somebody else started."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=20, trust_env=False)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "locales", "nlu_data"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    return tmp_path / "content"


@pytest.fixture
async def running(tmp_path: Path, content: Path, model: Path) -> AsyncIterator[Running]:
    before = set(MODELS.iterdir())
    started = await start({**own_settings(tmp_path / "var"), "DYZURNY_CONTENT_DIR": str(content)})
    yield started
    started.process.terminate()
    await started.end()
    for trained in set(MODELS.iterdir()) - before:
        trained.unlink()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has changed: adapt this test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


async def publish(running: Running, *arguments: str) -> tuple[int | None, str]:
    command = [str(ROOT / ".venv" / "bin" / "dyzurny"), "publish", *arguments]
    env = {name: value for name, value in running.env.items() if name != "DYZURNY_RASA_PORT"}
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=PIPE, stderr=STDOUT)
    async with asyncio.timeout(PUBLISH_SECONDS):
        said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_publishing_changes_what_is_said_and_breaks_nothing(running: Running, content: Path) -> None:
    await running.says("Simulator")
    customer = Visitor(running.web)
    psid = "950001"
    await customer.talk(psid, ["chcę zgłosić szkodę komunikacyjną", "nie"])

    answers = content / "locales" / "pl" / "pytania.yml"
    edit(answers, 'utter_faq/infolinia:\n    - text: "', 'utter_faq/infolinia:\n    - text: "Chętnie podam. ')
    code, said = await publish(running)
    assert code == 0, said
    assert "Uczę" not in said, "words alone need no training"
    assert "Chętnie podam" in (await customer.say("950002", "jaki jest numer infolinii?"))[-1]

    calls = content / "flows" / "umow_kontakt.yml"
    edit(
        calls,
        "      - collect: telefon\n",
        "      - collect: opis_zdarzenia\n        type: tekst\n      - collect: telefon\n",
    )
    code, said = await publish(running)
    assert code == 0, said
    assert "obok działającego" in said
    (question, *_) = await customer.say(psid, "z mojego ac")
    assert "rejestracyjny" in question, "the claim goes on where it was"
    first = await customer.talk("950003", ["proszę o telefon w sprawie polisy"])
    assert any("stało" in text or "słowami" in text for text in first), first

    edit(calls, "type: tekst", "type: opowieść")
    code, said = await publish(running)
    assert code == 1
    assert "flows/umow_kontakt.yml:" in said
    assert "opowieść" in said
    assert "działa to, co działało" in said
    (question, *_) = await customer.say(psid, "WX 12345")
    assert question, "nothing stopped"

    code, said = await publish(running, "--undo")
    assert code == 0, said
    code, said = await publish(running, "--undo")
    assert code == 0, said
    assert "Chętnie podam" not in (await customer.say("950004", "jaki jest numer infolinii?"))[-1]
    (question, *_) = await customer.say(psid, "wczoraj")
    assert question, "the claim goes on after the steps back, too"
    await customer.http.aclose()
