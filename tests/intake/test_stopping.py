"""A worker that is told to stop, a process of its own: it finishes what it has in hand, and leaves whatever hangs."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.clock import utc_now
from bot.intake import keys
from bot.intake.lanes import Lanes, lanes
from bot.settings import Settings
from bot.store import Database, Tx, conversations, messages, outbox
from bot.store.messages import Author
from bot.store.times import to_ms
from bot.supervisor import programs
from tests.intake.test_deaths import written
from tests.support.processes import Processes
from tests.support.servers import start_redis

PAGE = "110022"
CONVERSATION = f"{PAGE}:1"
# Of a busy machine: how long a worker may take to start and to come to the point that a test waits for.
SECONDS = 120
GRACE = next(one for one in programs.of_the_product(Settings(), {}, None) if one.name == "worker").grace_seconds


@dataclass
class Server:
    """Stands where Graph or Rasa stands: takes a request and keeps its answer until it is let go."""

    port: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        self.asked.set()
        await self.let_go.wait()
        body = b'{"recipient_id": "1", "message_id": "m_1"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.let_go.set()
        listening.close()


@pytest.fixture
async def own_redis(servers: Processes, tmp_path: Path) -> AsyncIterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis that may be put to sleep, and its process."""
    url = await asyncio.to_thread(start_redis, servers, tmp_path / "redis")
    child = servers.last
    yield url, child
    child.send_signal(signal.SIGCONT)
    await asyncio.to_thread(servers.end, child)


def start(servers: Processes, folder: Path, redis_url: str, peer: int) -> subprocess.Popen[bytes]:
    """A worker as the product starts it, for which Graph and Rasa are at the port `peer`."""
    env = {
        "DYZURNY_DATABASE_URL": f"sqlite:///{folder / 'record.db'}",
        "DYZURNY_REDIS_URL": redis_url,
        "DYZURNY_RASA_URL": f"http://127.0.0.1:{peer}",
        "DYZURNY_GRAPH_URL": f"http://127.0.0.1:{peer}",
        "DYZURNY_VAR_DIR": str(folder / "var"),
        "DYZURNY_SECRET_KEY": "a secret key for tests only",
        "DYZURNY_PAGE_TOKENS": f'{{"{PAGE}": "token"}}',
        "DYZURNY_DEMO": "false",
        # Longer than a worker waits for what it has in hand.
        "DYZURNY_SEND_TIMEOUT": "PT60S",
        "DYZURNY_RASA_TIMEOUT": "PT60S",
        "DYZURNY_LEASE": "PT60S",
    }
    return servers.start((sys.executable, "-m", "bot.cli", "worker"), folder / "worker.log", env)


async def ended(worker: subprocess.Popen[bytes]) -> int:
    """Its exit code; raises TimeoutExpired if it were killed by whoever started it."""
    return await asyncio.to_thread(worker.wait, GRACE)


def queued(tx: Tx) -> None:
    now = to_ms(utc_now())
    conversations.find_or_create(tx, PAGE, "1", now)
    conversations.change(tx, CONVERSATION, last_customer_at=now)
    outbox.queue(
        tx,
        id="t:0",
        conversation_id=CONVERSATION,
        epoch=0,
        author=Author.BOT,
        purpose="answer",
        body={"text": "Dzień dobry"},
        now=now,
        text="Dzień dobry",
    )


@asynccontextmanager
async def both_of(url: str) -> AsyncIterator[Lanes]:
    redis = Redis.from_url(url)
    yield lanes(redis, timedelta(seconds=60))
    await redis.aclose()


async def test_what_is_on_its_way_when_a_worker_is_told_to_stop_is_finished_and_its_lease_given_back(
    servers: Processes, database: Database, redis_url: str, tmp_path: Path
) -> None:
    await database.run(queued)
    async with serving() as graph, both_of(redis_url) as both:
        await both.outward.want(CONVERSATION)
        worker = start(servers, tmp_path, redis_url, graph.port)
        await asyncio.wait_for(graph.asked.wait(), SECONDS)
        worker.terminate()
        graph.let_go.set()
        assert await ended(worker) == 0, (tmp_path / "worker.log").read_text()
        _, held = await both.outward.depth()
        assert held == 0
    (message,) = await database.read(lambda tx: messages.of_conversation(tx, CONVERSATION))
    assert (message.status, message.mid) == ("sent", "m_1")


async def test_a_worker_whose_redis_hangs_leaves_before_it_is_killed_and_loses_nothing(
    servers: Processes,
    database: Database,
    own_redis: tuple[str, subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    url, redis = own_redis
    async with serving() as peer, both_of(url) as both:
        letter = written("1", "dzień dobry")
        await both.inward.deliver([letter])
        worker = start(servers, tmp_path, url, peer.port)
        await asyncio.wait_for(peer.asked.wait(), SECONDS)
        redis.send_signal(signal.SIGSTOP)
        worker.terminate()
        # What it has in hand can be let go now, but for Redis.
        peer.let_go.set()
        await ended(worker)
        redis.send_signal(signal.SIGCONT)
        assert await both.inward.redis.llen(keys.MAIL + letter.conversation) == 1
