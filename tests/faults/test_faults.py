"""The fault laboratory in short; `make faults` runs all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults import rasas, storm, workers
from tests.faults.crowd import rehearse
from tests.faults.laboratory import Laboratory, laboratory
from tests.faults.scenario import Scenario, run
from tests.faults.scripts import BURST, COMPLAINT, PERSON, QUESTIONS, Learnt
from tests.support.processes import Processes

pytestmark = pytest.mark.rasa

DIALOGUES = 12
SCRIPTS = (QUESTIONS, COMPLAINT, BURST, PERSON)
SHORT = (
    Scenario("workers die", workers.die_at_every_place, scripts=SCRIPTS),
    Scenario("Rasa hangs", rasas.stalled, scripts=SCRIPTS, also=rasas.heard_soon),
    Scenario("storm", storm.storm, scripts=SCRIPTS),
)


@pytest.fixture(scope="module")
async def lab(servers: Processes, rasa_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Laboratory]:
    folder = tmp_path_factory.mktemp("faults")
    settings = {"DYZURNY_SEND_TIMEOUT": "PT2S"}
    async with laboratory(servers, folder, rasa_url, webs=2, workers=2, settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
async def learnt(lab: Laboratory) -> Learnt:
    return await rehearse(lab, SCRIPTS)


@pytest.mark.parametrize("number", range(len(SHORT)), ids=[scenario.name for scenario in SHORT])
async def test_nothing_is_lost_doubled_misordered_or_late(lab: Laboratory, learnt: Learnt, number: int) -> None:
    outcome = await run(SHORT[number], lab, learnt, DIALOGUES, first=31_000 + 5_000 * number)
    assert outcome.verdict.passes, "\n".join((str(dict(outcome.verdict.counts)), *outcome.verdict.examples))
