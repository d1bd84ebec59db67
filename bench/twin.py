"""The twin of the platform in the bench's own process, so that both ends of a turn are timed by one clock.

It adds to the simulator what a bench needs: the time that every Graph call takes on its way, and word of each message
at the moment it arrives at its customer. It does not know who talks to it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import DEMO_PAGE, SIMULATOR_GRAPH
from bot.simulator.faults import Faults
from bot.simulator.parts import create_simulator
from bot.simulator.twin import Twin
from bot.supervisor.ports import free_port

PAGE = DEMO_PAGE
APP_ID, APP_SECRET, TOKEN = "555000111", "bench-secret", "bench-token"
# The bench measures the product; the platform's own limit of 300 a second is not in its way.
SENDS_A_SECOND = 100_000.0
NOBODY = "/nobody"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message at its customer: when it arrived (perf_counter), its text and our id of it."""

    at: float
    text: str
    id: str


@dataclass(slots=True)
class Platform:
    """`heard`: each customer's messages in order; `calls`: Graph calls of any kind; `latency`: seconds of each."""

    twin: Twin
    port: int
    latency: float = 0.0
    calls: int = 0
    heard: dict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    listeners: list[Callable[[str, Heard], None]] = field(default_factory=list)

    @property
    def graph_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{SIMULATOR_GRAPH}"

    def let_write(self, psid: str) -> None:
        """The person wrote to the page just now: the platform lets it answer for 24 hours."""
        thread, now = self.twin.thread(psid), self.twin.clock.now()
        self.twin.routing.customer_wrote(thread, now)
        thread.interacted_at = now

    def hears(self, psid: str, message: dict[str, Any], at: float) -> None:
        heard = Heard(at, str(message.get("text") or ""), str(message.get("metadata") or ""))
        self.heard[psid].append(heard)
        for listener in list(self.listeners):
            listener(psid, heard)


class _Door:
    """In front of the simulator: half of the latency before a Graph call and half after it, and an ear."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner
        self.platform: Platform | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        platform = self.platform
        if scope["type"] != "http" or platform is None:
            await self.inner(scope, receive, send)
        elif scope["path"] == NOBODY:
            await _ok(receive, send)
        elif scope["path"].startswith(SIMULATOR_GRAPH):
            await self._graph(platform, scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    async def _graph(self, platform: Platform, scope: Scope, receive: Receive, send: Send) -> None:
        platform.calls += 1
        body = await _body(receive)
        if platform.latency:
            await asyncio.sleep(platform.latency / 2)
        at, status = time.perf_counter(), 0
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._hear(platform, body, status, at)
                if platform.latency:
                    await asyncio.sleep(platform.latency / 2)
            await send(message)

        await self.inner(scope, again, answer)

    @staticmethod
    def _hear(platform: Platform, body: bytes, status: int, at: float) -> None:
        if status != 200 or b'"message"' not in body:
            return
        said = json.loads(body)
        platform.hears(str(said["recipient"]["id"]), said["message"], at)


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _ok(receive: Receive, send: Send) -> None:
    await _body(receive)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def platform(webhook_url: str | None = None) -> AsyncIterator[Platform]:
    """A page whose echoes and receipts go to `webhook_url`; None: to nobody."""
    port = free_port()
    parts = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id=APP_ID,
        app_secret=APP_SECRET,
        page_token=TOKEN,
        webhook_url=webhook_url or f"http://127.0.0.1:{port}{NOBODY}",
        sends_per_second=SENDS_A_SECOND,
    )
    if webhook_url is None:
        parts.twin.set_faults(Faults(drop_echo_rate=1.0))
    app = FastAPI()
    app.include_router(parts.router)
    door = _Door(app)
    door.platform = Platform(parts.twin, port)
    server = uvicorn.Server(uvicorn.Config(door, port=port, log_level="warning", access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        async with parts.running():
            yield door.platform
    finally:
        server.should_exit = True
        await serving
