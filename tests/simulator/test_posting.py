"""The small HTTP client understands whatever a server may answer, and says when none came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.simulator.posting import Answer, Poster, PostError

Serve = Callable[..., Awaitable[Poster]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server that answers each request with the next of the given bytes, then hangs up."""
    servers: list[asyncio.Server] = []
    posters: list[Poster] = []

    async def start(*answers: bytes) -> Poster:
        left = list(answers)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while left and (head := await _head(reader)):
                await reader.readexactly(int(head.split(b"Content-Length: ")[1].split(b"\r")[0]))
                answer = left.pop(0)
                writer.write(answer)
                if answer.endswith(b"<hang up>"):
                    break
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        poster = Poster(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook?a=1", 2)
        posters.append(poster)
        return poster

    yield start
    for poster in posters:
        poster.close()
    for server in servers:
        server.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    assert head.startswith(b"POST /webhook?a=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    return head


@pytest.mark.parametrize(
    ("bytes_answered", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Answer(200, b"ok")),
        (b"HTTP/1.1 503 Gone away\r\ncontent-length: 0\r\n\r\n", Answer(503, b"")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n",
            Answer(200, b"abcde"),
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end<hang up>", Answer(200, b"until the end<hang up>")),
    ],
)
async def test_answers_of_every_framing_are_read(serve: Serve, bytes_answered: bytes, answer: Answer) -> None:
    poster = await serve(bytes_answered)
    assert await poster.post(b"{}", {"X-A": "b"}) == answer


async def test_one_connection_serves_many_posts_and_a_lost_one_is_replaced(serve: Serve) -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    last = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<hang up>"
    poster = await serve(ok, ok, last, ok)
    statuses = [(await poster.post(b"{}", {})).status for _ in range(4)]
    assert statuses == [200] * 4


@pytest.mark.parametrize("answer", [b"<hang up>", b"nonsense\r\n\r\n<hang up>", b"HTTP/1.1 2xx OK\r\n\r\n<hang up>"])
async def test_what_is_no_answer_is_an_error(serve: Serve, answer: bytes) -> None:
    poster = await serve(answer)
    with pytest.raises(PostError):
        await poster.post(b"{}", {})


async def test_nobody_there_is_an_error() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(PostError):
        await Poster(f"http://127.0.0.1:{port}", 1).post(b"", {})


async def test_an_answer_that_does_not_come_in_time_is_an_error(serve: Serve) -> None:
    poster = await serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    poster._timeout_seconds = 0.05
    with pytest.raises(PostError):
        await poster.post(b"{}", {})
