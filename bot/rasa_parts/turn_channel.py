"""Rasa's way in for our worker: answers as soon as the turn is decided; knows nothing of what the turn says.

Rasa's REST channel answers after everything is done: an action for each item, a prediction before each, the tracker
written out and its lock let go. None of that changes what was decided at the first prediction, and the record is SQL,
so the worker need not wait for it: it writes its record while Rasa finishes its own. A next turn of the conversation,
and whoever asks what a turn answered (`/finished`), waits until the one before is through.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

_log = logging.getLogger(__name__)
_answer: ContextVar[asyncio.Future[list[dict[str, Any]]] | None] = ContextVar("answer", default=None)


def decided(items: list[dict[str, Any]]) -> None:
    """Let whoever waits for this turn have its items; nobody waits where the turn came by another channel."""
    waiting = _answer.get()
    if waiting is not None and not waiting.done():
        waiting.set_result(items)


async def let_answer_leave() -> None:
    """The one place in a turn where Rasa lets others run: the answer decided before is written to the network."""
    if _answer.get() is not None:
        await asyncio.sleep(0)


class TurnInput(InputChannel):
    """`POST /webhooks/dyzurny/webhook`: takes and answers what the REST channel does."""

    def __init__(self) -> None:
        self._unfinished: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def name(cls) -> str:
        """The part of the address."""
        return "dyzurny"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The addresses, for Rasa's server."""
        found = Blueprint("dyzurny_turns")

        @found.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            given = request.json
            items = await self._turn(given["sender"], given["message"], given.get("metadata"), on_new_message)
            return _json([{"recipient_id": given["sender"], "custom": item} for item in items])

        @found.get("/finished")
        async def finished(request: Request) -> HTTPResponse:
            await self._finished(request.args.get("sender"))
            return _json([])

        return found

    async def _turn(
        self, sender: str, text: str, metadata: Any, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> list[dict[str, Any]]:
        await self._finished(sender)
        answer: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        message = UserMessage(text, CollectingOutputChannel(), sender, input_channel=self.name(), metadata=metadata)
        task = asyncio.ensure_future(_take(on_new_message(message), answer))
        self._unfinished[sender] = task
        task.add_done_callback(lambda done: self._forget(sender, done))
        # Not shielded, which would take the answer a step of the loop more than `let_answer_leave` gives it.
        return await answer

    async def _finished(self, sender: str) -> None:
        while sender in self._unfinished:
            await asyncio.wait({self._unfinished[sender]})

    def _forget(self, sender: str, task: asyncio.Task[None]) -> None:
        if self._unfinished.get(sender) is task:
            del self._unfinished[sender]


async def _take(turn: Awaitable[Any], answer: asyncio.Future[list[dict[str, Any]]]) -> None:
    """Take the turn to its end. A failed one answers nothing, as the REST channel does."""
    _answer.set(answer)
    try:
        await turn
    except Exception as error:
        # The error's text may hold the customer's words.
        _log.error("turn failed: %s", type(error).__name__)
    finally:
        if not answer.done():
            answer.set_result([])


def _json(found: list[dict[str, Any]]) -> HTTPResponse:
    return raw(json.dumps(found, ensure_ascii=False).encode(), content_type="application/json")
