"""Over aiohttp's connections httpx answers and fails as its callers know it: what may have arrived is told apart."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.http_transport import PlainClient

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WELL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Told: r\xc3\xb3\xc5\xbca\r\n\r\nok"


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    limits = httpx.Timeout(0.3, connect=1)
    async with server, PlainClient(limits) as http:
        yield f"http://127.0.0.1:{port}/there", http


async def request_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), b":0")
    return head + await reader.readexactly(int(length.split(b":")[1]))


async def test_what_is_sent_arrives_as_it_is_and_the_connection_is_kept() -> None:
    seen: list[bytes] = []
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while not reader.at_eof():
            try:
                seen.append(await request_of(reader))
            except asyncio.IncompleteReadError:
                break
            writer.write(WELL)
        writer.close()

    async with served(answer) as (url, http):
        for _ in range(3):
            for params in (None, {"a": "ż%2F"}):
                response = await http.post(url, content=b"\x00body", headers={"X-Our": "1"}, params=params)
                assert (response.status_code, response.content) == (200, b"ok")
                assert response.headers["x-told"] == "róża"
                assert response.raise_for_status() is response
    assert connections == 1
    assert seen[0].startswith(b"POST /there HTTP/1.1\r\n")
    assert seen[1].startswith(b"POST /there?a=%C5%BC%252F HTTP/1.1\r\n")
    for request in seen:
        assert request.endswith(b"\r\n\r\n\x00body")
        assert b"x-our: 1" in request.lower()


async def test_an_address_that_needs_escaping_gets_it() -> None:
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(WELL)
        writer.close()

    async with served(answer) as (url, http):
        await http.get(f"{url}/żó ł")
    assert seen[0].startswith(b"GET /there/%C5%BC%C3%B3%20%C5%82 HTTP/1.1\r\n")


async def test_a_compressed_answer_is_unpacked_and_an_error_names_the_address_alone() -> None:
    packed = gzip.compress("zażółć".encode())

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        head = f"HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)
        writer.close()

    async with served(answer) as (url, http):
        response = await http.post(url, content=b"secret words", headers={"Authorization": "Bearer token"})
        assert response.text == "zażółć"
        with pytest.raises(httpx.HTTPStatusError) as raised:
            response.raise_for_status()
    assert not raised.value.request.headers.get("authorization")
    assert raised.value.request.content == b""


@pytest.mark.parametrize("timeout", [0.2, httpx.Timeout(5, read=0.2)])
async def test_a_request_may_have_less_time_than_the_client(timeout: float | httpx.Timeout) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, PlainClient(httpx.Timeout(600)) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(f"http://127.0.0.1:{port}/", content=b"x", timeout=timeout)


async def test_nobody_listening_is_told_from_an_answer_that_was_lost() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with PlainClient(httpx.Timeout(1)) as http:
            with pytest.raises(httpx.ConnectError):
                await http.post(url, content=b"x")


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.close()


async def _cuts_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    writer.close()


async def _speaks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"\x00\x01\x02 nonsense\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("serve", [_hangs_up, _cuts_short, _speaks_nonsense])
async def test_an_answer_that_breaks_off_may_have_been_a_delivery(serve: Serve) -> None:
    async with served(serve) as (url, http):
        with pytest.raises(httpx.RequestError) as raised:
            await http.post(url, content=b"secret words")
    assert not isinstance(raised.value, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    assert "secret" not in str(raised.value) and "127.0.0.1" not in str(raised.value)


async def test_an_answer_that_never_comes_ends_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with served(silent) as (url, http):
        with pytest.raises(httpx.ReadTimeout):
            await http.post(url, content=b"x")


async def test_a_stream_is_left_in_the_middle() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 65536)
        await reader.read()
        writer.close()

    async with served(endless) as (url, http), http.stream("GET", url) as response:
        async for chunk in response.aiter_raw():
            assert chunk
            break


async def test_redirects_stay_with_the_caller() -> None:
    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.1.1/\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with served(elsewhere) as (url, http):
        assert (await http.get(url)).is_redirect
