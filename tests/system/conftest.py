"""One running product for all system tests; they keep apart by their customers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.processes import Processes
from tests.support.servers import start_redis
from tests.system.product import Product


@pytest.fixture(scope="session")
async def product(
    servers: Processes, rasa_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    # A Redis of its own: tests elsewhere empty the shared one.
    running = Product(servers, folder, start_redis(servers, folder / "redis"), rasa_url)
    yield running
    await running.close()
