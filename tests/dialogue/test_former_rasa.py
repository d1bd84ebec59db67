"""In the middle of an upgrade: a server of the version before has Rasa's own channel only."""

from __future__ import annotations

import httpx
import pytest

from bot.dialogue.client import RasaClient
from bot.errors import RasaUnavailable

ITEM: dict[str, dict[str, list[str]]] = {"state": {"stack": []}}
URL = "http://rasa.test"


def former(request: httpx.Request) -> httpx.Response:
    match request.url.path:
        case "/webhooks/rest/webhook":
            return httpx.Response(200, json=[{"recipient_id": "c.0", "custom": ITEM}])
        case "/conversations/c.0/tracker":
            events = [{"event": "user", "metadata": {"mid": "m"}}, {"event": "bot", "data": {"custom": ITEM}}]
            return httpx.Response(200, json={"events": events})
        case _:
            return httpx.Response(404)


@pytest.mark.parametrize("first", ["turn", "taken_before"])
async def test_it_is_asked_by_rasas_own_channel(first: str) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(former)) as http:
        client = RasaClient([URL], http, timeout=5, in_flight=2)
        for step in (first, "turn", "taken_before"):
            found = (
                await client.turn("c", 0, "dzień dobry", {"mid": "m"})
                if step == "turn"
                else await client.taken_before("c", 0, "m")
            )
            assert found == [ITEM]


async def test_a_server_with_neither_is_away() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404))) as http:
        with pytest.raises(RasaUnavailable):
            await RasaClient([URL], http, timeout=5, in_flight=2).turn("c", 0, "dzień dobry", {"mid": "m"})
