"""What all tests share: real servers, started once and ended with the run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from tests.support.processes import Processes, processes
from tests.support.servers import start_redis

if TYPE_CHECKING:
    from playwright.async_api import Browser


@pytest.fixture(scope="session")
def servers() -> Iterator[Processes]:
    """Starts further servers; they end with the run."""
    with processes() as running:
        yield running


@pytest.fixture(scope="session")
def shared_redis_url(servers: Processes, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One Redis for the whole run, never emptied: its database 0 is `redis_url`'s, 1 is Rasa's."""
    return start_redis(servers, tmp_path_factory.mktemp("redis"))


@pytest.fixture
def redis_url(shared_redis_url: str) -> str:
    """The address of a real Redis, fsynced always, whose database 0 is empty when the test begins."""
    with Redis.from_url(shared_redis_url) as client:
        client.flushdb()
    return shared_redis_url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium that starts."""
    from tests.support import browser

    return browser.chromium()


@pytest.fixture(scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A running browser; a test opens a context of its own in it."""
    from playwright.async_api import async_playwright

    from tests.support.browser import ARGUMENTS

    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        await running.close()
