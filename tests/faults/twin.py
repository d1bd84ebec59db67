"""The platform's twin in the laboratory's own process, so that every thread can be read at no cost and never dies."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.clock import utc_now
from bot.simulator.feed import Feed
from bot.simulator.parts import SimulatorParts, create_simulator
from bot.simulator.twin import Twin
from tests.system.product import APP_SECRET, PAGE

APP_ID, PAGE_TOKEN = "555000111", "laboratory"


class Bell(Feed):
    """Wakes whoever waits for something to happen in a thread."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, asyncio.Event] = {}
        # When dots were shown in a thread.
        self.dots: defaultdict[str, list[datetime]] = defaultdict(list)

    def tell(self, kind: str, psid: str | None, content: Mapping[str, Any]) -> None:
        super().tell(kind, psid, content)
        if kind == "typing" and psid is not None and content["typing"]:
            self.dots[psid].append(utc_now())
        if kind == "message" and psid in self._waiting:
            self._waiting[psid].set()

    async def next_message(self, psid: str, seconds: float) -> None:
        """Until a message appears in the thread; raises TimeoutError."""
        event = self._waiting.setdefault(psid, asyncio.Event())
        event.clear()
        async with asyncio.timeout(seconds):
            await event.wait()


@asynccontextmanager
async def serving(webhook_url: str) -> AsyncIterator[tuple[Twin, Bell, int]]:
    """The twin, the bell in it and the port of its Graph endpoints; its own pace does not stand in the way."""
    parts: SimulatorParts = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id=APP_ID,
        app_secret=APP_SECRET,
        page_token=PAGE_TOKEN,
        webhook_url=webhook_url,
        sends_per_second=100_000,
    )
    bell = parts.twin.feed = Bell()
    app = FastAPI()
    app.include_router(parts.router)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve())
    for _ in range(1000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    try:
        async with parts.running():
            yield parts.twin, bell, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running
