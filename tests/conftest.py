"""What all tests share: real servers, started once and ended with the run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis
from redis import Redis

from bot.store.migrate import migrate
from tests.support.postgres import Postgres, postgres
from tests.support.processes import Processes, processes
from tests.support.servers import start_rasa, start_redis
from tests.support.sharing import POSTGRESQL, WITH_RASA, Sharing, group, turn

if TYPE_CHECKING:
    from playwright.async_api import Browser


# What hangs meets pytest's own limit; on a machine that is busy a single example may take any time.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")

# The first test that needs Rasa waits for it to load and, if nobody trained before, for the training.
RASA_TIMEOUT_SECONDS = 900


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("rasa") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(RASA_TIMEOUT_SECONDS))
        if "rasa_url" in getattr(item, "fixturenames", ()) and group(item.nodeid) not in WITH_RASA:
            raise pytest.UsageError(f"{item.nodeid} asks for Rasa: name its file in tests/support/sharing.py")
    items.sort(key=lambda item: turn(item.nodeid))


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
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The folder that the processes share: a second server would mean that sharing keeps nothing together any more.
        (tmp_path_factory.getbasetemp().parent / POSTGRESQL).touch(exist_ok=False)
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty, migrated SQLite file: copying it is quicker than migrating for every test."""
    path = tmp_path_factory.mktemp("sql") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path.read_bytes()


BOTH_DATABASES = ("sqlite", POSTGRESQL)


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: bytes) -> Iterator[str]:
    """The address of an empty, migrated database: every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "record.db"
        path.write_bytes(migrated_file)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present content, trained if it is not there; `make test` trains it beforehand."""
    from bot.supervisor import model, surroundings

    return model.train(surroundings.load_settings(), lambda _: None, force=False)


@pytest.fixture(scope="session")
def rasa_url(servers: Processes, model: Path, shared_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a real Rasa with the trained content; tests keep apart by the names of their senders."""
    trackers = shared_redis_url.removesuffix("/0") + "/1"
    return start_rasa(servers, tmp_path_factory.mktemp("rasa"), model, trackers)


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
