"""A console with a desk behind it, as the handoff tests have it, to be attacked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from bot.settings import Settings
from bot.store.database import Database
from handoff.desk import Desk
from tests.handoff.conftest import (  # noqa: F401
    HeldClock,
    anna,
    clock,
    database,
    desk,
    desk_file,
    redis,
    redis_url,
    settings,
    street,
    voice,
)
from tests.handoff.test_console import BASE, HERE, application, log_in


@pytest.fixture
async def browser(
    desk: Desk,  # noqa: F811
    database: Database,  # noqa: F811
    redis: Redis,  # noqa: F811
    settings: Settings,  # noqa: F811
    clock: HeldClock,  # noqa: F811
) -> AsyncIterator[httpx.AsyncClient]:
    """Faults come out as they would in production: as a 500, which no test here accepts."""
    transport = httpx.ASGITransport(application(desk, database, redis, settings, clock), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HERE) as client:
        yield client


@pytest.fixture
async def anna_in(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await log_in(browser, "anna", "anna")).status_code == 303
    return browser
