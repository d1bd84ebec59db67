"""A real Rasa with the trial content: trained once for each state of the code, trackers in its memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.dialogue.compiler import build, train
from bot.supervisor import rasa_server
from bot.supervisor.ports import free_port
from tests.support.plain_http import plain_http
from tests.support.processes import ROOT, Processes, until

TRIAL = ROOT / "tests" / "dialogue" / "content"
MODELS = ROOT / "var" / "trial-models"
START_SECONDS = 400

Post = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True)
class TrialRasa:
    """A running server: its address, its log, and the number of the content that it was trained with."""

    url: str
    log: Path
    hash: str

    def turn(self, sender: str, message: str, **metadata: Any) -> list[dict[str, Any]]:
        """The `custom` items of one turn, as the worker would ask for it."""
        given = {"mid": f"{sender}-{message}", "now": "2026-11-21T12:00:00+01:00", **metadata}
        body = {"sender": sender, "message": message, "metadata": given}
        answer = plain_http().post(f"{self.url}/webhooks/dyzurny/webhook", json=body, timeout=60)
        answer.raise_for_status()
        return [item["custom"] for item in answer.json()]

    def tracker(self, sender: str) -> dict[str, Any]:
        # Rasa's server takes the sender out of the path as it stands, so it may hold nothing that needs escaping.
        address = f"{self.url}/conversations/{sender}/tracker"
        done = {"sender": sender}
        plain_http().get(f"{self.url}/webhooks/dyzurny/finished", params=done, timeout=60).raise_for_status()
        found: dict[str, Any] = plain_http().get(address, params={"include_events": "ALL"}, timeout=60).json()
        return found


@pytest.fixture(scope="session")
def trial_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial content as a Rasa project, trackers in memory."""
    return build(TRIAL, tmp_path_factory.mktemp("project") / "build").folder


@pytest.fixture(scope="session")
def trial_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(TRIAL, models=MODELS, work=tmp_path_factory.mktemp("training") / "build")


@pytest.fixture(scope="session")
def trial_rasa(
    servers: Processes, trial_model: Path, trial_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> TrialRasa:
    port, log = free_port(), tmp_path_factory.mktemp("rasa") / "rasa.log"
    rasa_server.write_configuration(trial_project, None)
    argv = rasa_server.command_line(trial_model, trial_project, port)
    child = servers.start(argv, log, rasa_server.environment())
    url = f"http://127.0.0.1:{port}"

    def understands() -> bool:
        try:
            asked = plain_http().post(f"{url}/model/parse", json={"text": "zgasła lampa"}, timeout=60)
        except httpx.HTTPError:
            return False
        return asked.status_code == httpx.codes.OK and asked.json()["intent"]["name"] == "zglos_lampe"

    until(understands, child, log, START_SECONDS)
    return TrialRasa(url, log, trial_model.name.removesuffix(".tar.gz"))


_senders = count()


@pytest.fixture
def sender() -> str:
    """A conversation that nobody had before."""
    return f"page:customer{next(_senders)}.1"
