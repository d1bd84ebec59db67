"""Talks to Rasa's channel of ours (bot/rasa_parts/turn_channel.py): one turn in, the list of what to say and do out.

Failures look like success there (an empty list with 200), so an answer without a snapshot is a fault.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson

from bot.dialogue.gate import Gate
from bot.errors import RasaUnavailable


class RasaClient:
    """Several Rasa processes, each conversation pinned to one: two of them would race on its tracker."""

    def __init__(self, urls: Sequence[str], http: httpx.AsyncClient, *, timeout: float, in_flight: int) -> None:
        # Held on to, not copied: another edition of the content may bring other servers.
        self.urls = urls
        self.http = http
        self.timeout = timeout
        # Rasa is not fair: what waits, waits here, in order: behind 63 others single requests took it 16 s.
        self._room: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(in_flight))
        self._gates: defaultdict[str, Gate] = defaultdict(Gate)
        self._only_rest: set[str] = set()

    def url_of(self, conversation: str, urls: Sequence[str] | None = None) -> str:
        """The one of `urls` (by default all in force) that this conversation is pinned to."""
        among = urls or self.urls
        return among[zlib.crc32(conversation.encode()) % len(among)]

    async def turn(
        self,
        conversation: str,
        session: int,
        text: str,
        metadata: Mapping[str, Any],
        urls: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """The `custom` items of the answer, the last of which is the snapshot. Raises RasaUnavailable."""
        url, sender = self.url_of(conversation, urls), _sender(conversation, session)
        body = orjson.dumps({"sender": sender, "message": text, "metadata": metadata})
        gate = self._gates[url]
        # Looked at twice: it may shut while we wait for room.
        gate.check()
        async with self._room[url]:
            with gate.passing():
                answer = await self._post(url, body)
        items = [item["custom"] for item in answer if isinstance(item, dict) and isinstance(item.get("custom"), dict)]
        if not items or "state" not in items[-1]:
            raise RasaUnavailable(code="rasa_empty_answer")
        return items

    async def taken_before(
        self, conversation: str, session: int, mid: str, urls: Sequence[str] | None = None
    ) -> list[dict[str, Any]] | None:
        """What Rasa answered to the turn `mid` if it took it already, found in the tracker; else None."""
        url, sender = self.url_of(conversation, urls), _sender(conversation, session)
        with self._gates[url].passing():
            await self._let_finish(url, sender)
            return _answers_to(await self._tracker(f"{url}/conversations/{sender}/tracker"), mid)

    async def _let_finish(self, url: str, sender: str) -> None:
        """Rasa answers before it has written its tracker."""
        if url in self._only_rest:
            return
        try:
            asked = f"{url}/webhooks/dyzurny/finished"
            response = await self.http.get(asked, params={"sender": sender}, timeout=self.timeout)
            if response.status_code == httpx.codes.NOT_FOUND:
                self._only_rest.add(url)
                return
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise _away(error) from None

    async def _tracker(self, url: str) -> list[Any]:
        try:
            response = await self.http.get(url, params={"include_events": "ALL"}, timeout=self.timeout)
            response.raise_for_status()
            events = orjson.loads(response.content).get("events") or []
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            raise _away(error) from None
        if not isinstance(events, list):
            raise RasaUnavailable(code="rasa_strange_answer")
        return events

    async def understands(self, url: str, text: str) -> dict[str, Any]:
        """What the model makes of `text`: the readiness check, because a server without its parts still says 200."""
        try:
            response = await self.http.post(f"{url}/model/parse", json={"text": text}, timeout=self.timeout)
            response.raise_for_status()
            parsed: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RasaUnavailable(code=f"rasa_unavailable:{type(error).__name__}") from error
        return parsed

    async def _post(self, url: str, body: bytes) -> list[Any]:
        channel = "rest" if url in self._only_rest else "dyzurny"
        try:
            response = await self.http.post(
                f"{url}/webhooks/{channel}/webhook",
                content=body,
                headers={"content-type": "application/json"},
                timeout=self.timeout,
            )
            if response.status_code == httpx.codes.NOT_FOUND and channel != "rest":
                # A server of the version before, in the middle of an upgrade.
                self._only_rest.add(url)
                return await self._post(url, body)
            response.raise_for_status()
            answer = orjson.loads(response.content)
        except (httpx.HTTPError, ValueError) as error:
            raise _away(error) from None
        if not isinstance(answer, list):
            raise RasaUnavailable(code="rasa_strange_answer")
        return answer


def _away(error: Exception) -> RasaUnavailable:
    """Raised `from None`: an HTTP client's error holds the request, and the request the customer's words."""
    return RasaUnavailable(code=f"rasa_unavailable:{type(error).__name__}")


def _sender(conversation: str, session: int) -> str:
    """Characters that need no escaping in an address: Rasa does not undo it."""
    return f"{conversation}.{session}"


def _answers_to(events: Sequence[Mapping[str, Any]], mid: str) -> list[dict[str, Any]] | None:
    answers: list[dict[str, Any]] = []
    inside = False
    for event in events:
        if event.get("event") == "user":
            inside = (event.get("metadata") or {}).get("mid") == mid
            if inside:
                answers = []
        elif inside and event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom")
            if isinstance(custom, dict):
                answers.append(custom)
    return answers if answers and "state" in answers[-1] else None
