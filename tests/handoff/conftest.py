"""A desk on a real Redis and a real SQLite, with two agents and a hand-held clock."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import event

from bot.cases.sealing import Sealer
from bot.settings import Settings
from bot.store import agents, conversations, customers, messages
from bot.store.agents import Agent, Role
from bot.store.conversations import Conversation
from bot.store.database import Database, Tx
from bot.store.times import to_ms
from handoff.accounts import ensure_demo_agents
from handoff.desk import Desk
from tests.conftest import BOTH_DATABASES
from tests.handoff.names import PlainNames
from tests.handoff.voice import PlainVoice
from tests.support.postgres import Postgres

# The tests that hold the desk's SQL to its word.
ON_BOTH = (
    "test_desk",
    "test_live",
    "test_page_inbox",
    "test_race",
    "test_ratings",
    "test_watch",
    "test_questions",
    "test_complaints",
)

# A Monday noon in Poland: the desk is open.
# As the settings of these tests say.
SEALER = Sealer("k" * 32)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "telefon": ("telefon", ()),
    "ranni": ("tak_nie", ()),
    "rola": ("wybor", ("ac", "oc")),
    "nr_rejestracyjny": ("nr_rejestracyjny", ()),
    "nr_konta": ("nr_konta", ()),
    "zdjecia": ("zdjecia", ()),
}


def field_kind(flow: str, slot: str) -> tuple[str, tuple[str, ...]] | None:
    """The one flow of these tests, under whatever name."""
    return FIELDS.get(slot)


class HeldClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("redis") / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    server = Popen([*command, "--dir", str(path.parent)], stdout=DEVNULL)
    try:
        _wait_for(path, server)
        yield f"unix://{path}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(path: Path, server: Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
                return
        except OSError:
            continue
    raise RuntimeError("redis-server did not start")


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


def with_agents(url: str) -> Database:
    """A migrated database's door, with the two agents in it; hashing passwords is slow on purpose, so: once a run."""
    made = Database(url)
    with made.engine.begin() as connection:
        ensure_demo_agents(Tx(connection), to_ms(NOON))
    return made


@pytest.fixture(scope="session")
def desk_file(tmp_path_factory: pytest.TempPathFactory, migrated_file: bytes) -> bytes:
    path = tmp_path_factory.mktemp("sql") / "desk.db"
    path.write_bytes(migrated_file)
    with_agents(f"sqlite:///{path}").close()
    return path.read_bytes()


@pytest.fixture(scope="session")
def desk_template(postgres_server: Postgres) -> str:
    url = postgres_server.database()
    with_agents(url).close()
    return postgres_server.name(url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What the desk does runs on both kinds of database; what the console shows of it needs one."""
    on_both = metafunc.module.__name__.endswith(ON_BOTH) or metafunc.function.__name__.startswith("test_search")
    if "database" in metafunc.fixturenames and on_both:
        metafunc.parametrize("database", BOTH_DATABASES, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The desk's database, with two agents in it."""
    if getattr(request, "param", "sqlite") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.database(request.getfixturevalue("desk_template"))
        database = Database(url, SEALER)
        yield database
        database.close()
        server.drop(url)
        return
    path = tmp_path / "desk.db"
    path.write_bytes(request.getfixturevalue("desk_file"))
    database = Database(f"sqlite:///{path}", SEALER)

    # No test here pulls the plug; waiting for the disk at every commit would take most of their time.
    @event.listens_for(database.engine, "connect")
    def do_not_wait_for_the_disk(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    yield database
    database.close()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(NOON)


@pytest.fixture
def voice() -> PlainVoice:
    return PlainVoice()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {"demo": True, "secret_key": SecretStr("k" * 32), "var_dir": tmp_path, "app_id": "555"}
    return Settings.model_validate(values)


@pytest.fixture
def desk(database: Database, redis: Redis, voice: PlainVoice, settings: Settings, clock: HeldClock) -> Desk:
    return Desk(database, redis, voice, settings, PlainNames(), clock, field_kind=field_kind)


@pytest.fixture
async def anna(database: Database) -> Agent:
    return await _agent(database, "ania", "Anna", "f", Role.AGENT)


@pytest.fixture
async def jan(database: Database) -> Agent:
    return await _agent(database, "jan", "Jan", "m", Role.AGENT)


@pytest.fixture
async def ewa(database: Database) -> Agent:
    return await _agent(database, "ewa", "Ewa", "f", Role.SUPERVISOR)


async def _agent(database: Database, login: str, first_name: str, gender: str, role: Role) -> Agent:
    def work(tx: Tx) -> Agent:
        id = agents.add(
            tx,
            login=login,
            password_hash="-",
            first_name=first_name,
            last_name="Nowak",
            gender=gender,
            title="konsultantka" if gender == "f" else "konsultant",
            role=role,
            departments=["szkody"],
            now=to_ms(NOON),
        )
        found = agents.find(tx, id)
        assert found is not None
        return found

    return await database.run(work)


class Street:
    """Where customers are: makes conversations and lets customers write, as the worker would."""

    def __init__(self, database: Database, desk: Desk, clock: HeldClock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock
        self.written = 0

    async def customer(self, psid: str = "7", *, first_name: str | None = "Tomasz", **values: Any) -> str:
        def work(tx: Tx) -> str:
            now = to_ms(self.clock())
            made = conversations.find_or_create(tx, "100", psid, now)
            conversations.change(tx, made.id, last_customer_at=now, last_message_at=now, **values)
            customers.change(tx, made.id, first_name=first_name)
            return made.id

        return await self.database.run(work)

    async def asks_for_a_person(self, id: str, *, reason: str = "prosba", department: str | None = "szkody") -> None:
        def work(tx: Tx) -> None:
            now = to_ms(self.clock())
            self.desk.request(tx, _found(tx, id), reason=reason, department=department, detail=None, now=now)

        await self.database.run(work)

    async def writes(self, id: str, text: str) -> int:
        self.written += 1

        def work(tx: Tx) -> int:
            now = to_ms(self.clock())
            key = f"m_{self.written}"
            messages.add(tx, conversation_id=id, event_key=key, mid=key, author="customer", text=text, at=now)
            conversations.change(tx, id, last_customer_at=now)
            added = messages.find_by_mid(tx, key)
            assert added is not None
            found = _found(tx, id)
            if found.owner == "bot":
                self.desk.changed(tx, id, "message", message_id=added.id)
            else:
                self.desk.customer_wrote(tx, found, added.id, now)
            return added.id

        return await self.database.run(work)

    async def conversation(self, id: str) -> Conversation:
        return await self.database.read(lambda tx: _found(tx, id))

    async def said(self, id: str) -> list[str | None]:
        """What left, or waits to leave, towards the customer."""
        thread = await self.database.read(lambda tx: messages.of_conversation(tx, id))
        return [m.text for m in thread if m.author != "customer"]


def _found(tx: Tx, id: str) -> Conversation:
    found = conversations.find(tx, id)
    assert found is not None
    return found


@pytest.fixture
def street(database: Database, desk: Desk, clock: HeldClock) -> Street:
    return Street(database, desk, clock)


async def gather(*work: Any) -> list[Any]:
    return await asyncio.gather(*work, return_exceptions=True)
