"""A real server and clients that speak badly: heads without an end, requests that never go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn

from bot.front import wire
from bot.front.face import Receive, Scope, Send
from bot.front.wire import MOST_BESIDE_BODY, Wire

PIECE = b"a" * 16_384
# For what would never come.
PATIENCE_S = 30


class Server:
    """Answers with how long a body was; `released`: answers to /late wait for it."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.released = asyncio.Event()
        config = uvicorn.Config(self, http=Wire, ws="none", lifespan="off", log_config=None, port=0)
        self.server = uvicorn.Server(config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])
        length, more = 0, True
        while more:
            message = await receive()
            length, more = length + len(message.get("body", b"")), message.get("more_body", False)
        if scope["path"] == "/late":
            await self.released.wait()
        said = b"%d bytes" % length
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"connection", b"close"), (b"content-length", b"%d" % len(said))],
            }
        )
        await send({"type": "http.response.body", "body": said})

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return await asyncio.open_connection("127.0.0.1", port)

    async def hears(self, head: bytes, piece: bytes = b"", times: int = 0, end: bytes = b"") -> bytes:
        """Everything that is answered until the connection ends."""
        reader, writer = await self.opened()
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionError):
                writer.write(head)
                for _ in range(times):
                    writer.write(piece)
                    await writer.drain()
                writer.write(end)
                await writer.drain()
            said = b""
            with suppress(ConnectionError):
                while part := await reader.read(65_536):
                    said += part
        writer.close()
        return said


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    made.server.config.load()
    made.server.lifespan = made.server.config.lifespan_class(made.server.config)
    await made.server.startup()
    yield made
    made.released.set()
    made.server.force_exit = True
    await made.server.shutdown()


@pytest.mark.parametrize("head", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "], ids=["address", "header"])
async def test_a_head_without_an_end_is_refused_before_it_is_read(server: Server, head: bytes) -> None:
    times = 4 * MOST_BESIDE_BODY // len(PIECE)
    # It stays open, waiting for more, where nobody refuses it.
    said = await server.hears(head, PIECE, times)
    assert said == b"" or said.startswith(b"HTTP/1.1 400 ")
    assert server.paths == []


async def test_many_headers_and_trailers_are_refused_like_one_that_is_long(server: Server) -> None:
    lines, times = b"X-A: b\r\n" * 2_000, 4 * MOST_BESIDE_BODY // 16_000
    await server.hears(b"GET /many HTTP/1.1\r\nHost: x\r\n", lines, times)
    assert server.paths == []
    trailing = b"POST /late HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    assert await server.hears(trailing, lines, times) == b""


async def test_an_upload_in_small_pieces_is_no_head(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = await server.hears(head, b"400\r\n" + b"a" * 1024 + b"\r\n", 4096, b"0\r\n\r\n")
    assert said.endswith(b"\r\n4194304 bytes")


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nab"],
    ids=["nothing", "half a head", "a little of a body"],
)
async def test_who_does_not_go_on_is_let_go(server: Server, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LOOK_S", 0.05)
    assert await server.hears(said) == b""


async def test_who_waits_for_an_answer_may_wait(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    look = Wire._look

    def counted(self: Wire) -> None:
        nonlocal looks
        looks += 1
        look(self)
        if looks == 5:
            server.released.set()

    monkeypatch.setattr(wire, "LOOK_S", 0.01)
    monkeypatch.setattr(Wire, "_look", counted)
    assert (await server.hears(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n")).endswith(b"\r\n0 bytes")
    assert looks >= 5
