"""Our client of Rasa's REST channel, against the real server with the shipped content."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.dialogue.client import RasaClient
from bot.errors import RasaUnavailable

pytestmark = pytest.mark.rasa

NOW = "2026-11-21T12:00:00+01:00"


@pytest.fixture
async def client(rasa_url: str) -> AsyncIterator[RasaClient]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield RasaClient([rasa_url], http, timeout=20, in_flight=4)


def metadata(mid: str, **more: Any) -> dict[str, Any]:
    return {"mid": mid, "now": NOW, "known": {}, "attachments": [], **more}


async def test_a_turn_that_was_taken_is_found_by_its_mid_and_another_is_not(client: RasaClient) -> None:
    said = await client.turn("110022:960001", 3, "jaki jest numer infolinii?", metadata("m_1"))
    assert await client.taken_before("110022:960001", 3, "m_1") == said
    assert await client.taken_before("110022:960001", 3, "m_2") is None
    assert await client.taken_before("110022:960001", 4, "m_1") is None


async def test_every_turn_of_a_session_stays_on_its_tracker(client: RasaClient) -> None:
    said = [
        await client.turn("110022:960005", 0, "jaki jest numer infolinii?", metadata(f"m_{n}")) for n in range(1, 4)
    ]
    assert [await client.taken_before("110022:960005", 0, f"m_{n}") for n in range(1, 4)] == said


async def test_the_same_turn_asked_twice_from_the_same_snapshot_gives_the_same_answer(client: RasaClient) -> None:
    first = await client.turn("110022:960002", 0, "stłuczka wczoraj, auto WX 12345", metadata("m_1"))
    state = first[-1]["state"]
    answers = [await client.turn("110022:960002", 0, "nie", metadata(f"m_{n}", restore=state)) for n in (2, 3)]
    assert answers[0] == answers[1]


async def test_a_server_that_is_not_there_is_unavailable(client: RasaClient) -> None:
    client.urls = ["http://127.0.0.1:9"]
    with pytest.raises(RasaUnavailable):
        await client.turn("110022:960003", 0, "halo", metadata("m_1"))
