"""Puts the twin together; whoever mounts it needs only this module.

parts = create_simulator(page_id=…, webhook_url=…)
app.include_router(parts.router)
async with parts.running(): …
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter

from bot.messenger.graph import PAGE_INBOX_APP_ID
from bot.simulator.api_routes import api_router
from bot.simulator.clock import ShiftedClock
from bot.simulator.control import Routing
from bot.simulator.graph_routes import graph_router
from bot.simulator.media import MediaShelf
from bot.simulator.pace import Pace
from bot.simulator.page_routes import page_router
from bot.simulator.twin import Account, Twin

PREFIX = "/symulator"


@dataclass(frozen=True, slots=True)
class SimulatorParts:
    """`router` serves everything under /symulator; `twin` is the state behind it, for tests and benches."""

    router: APIRouter
    twin: Twin

    def stop(self) -> None:
        """Ends the live streams, which would otherwise keep a stopping server waiting."""
        self.twin.feed.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Webhooks go out while this is entered; what is under way at the end is dropped."""
        try:
            yield
        finally:
            self.stop()
            await self.twin.courier.close()


def create_simulator(
    *,
    page_id: str,
    page_name: str,
    app_id: str,
    app_secret: str,
    page_token: str,
    webhook_url: str,
    public_url: str = "",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_default_app: bool | None = True,
    sends_per_second: float = 300,
) -> SimulatorParts:
    """A twin of one page.

    `webhook_url` is the product's /webhook; the Graph API's base is `…/symulator/graph`. `public_url` is the
    address under which the product fetches uploaded pictures (default: the one the browser used).
    `is_default_app`: whether our app gets new and idle threads; None: the page has no default app.
    """
    account = Account(page_id, page_name, app_id, app_secret, page_token)
    twin = Twin(account, Routing(app_id, _default_app(app_id, is_default_app)), webhook_url, ShiftedClock(clock))
    shelf = MediaShelf()
    router = APIRouter()
    for part in (graph_router(twin, Pace(sends_per_second)), api_router(twin, shelf, public_url)):
        router.include_router(part, prefix=PREFIX)
    router.include_router(page_router(PREFIX, shelf))
    return SimulatorParts(router, twin)


def _default_app(app_id: str, is_default_app: bool | None) -> str | None:
    if is_default_app is None:
        return None
    return app_id if is_default_app else PAGE_INBOX_APP_ID
