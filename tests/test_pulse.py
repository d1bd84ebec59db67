"""A worker's own page for who watches over it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from bot import metrics, pulse


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"http://127.0.0.1:{port}{path}")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with await pulse.serve("127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


async def test_it_says_that_it_lives_and_what_it_counted(port: int) -> None:
    alive = await get(port, "/healthz?probe=1")
    assert (alive.status_code, alive.text) == (200, "ok")
    metrics.STAGE.labels(stage="dialogue").observe(0.02)
    counted = await get(port, "/metrics")
    assert 'dyzurny_turn_stage_seconds_bucket{le="0.025",stage="dialogue"}' in counted.text
    assert counted.headers["content-type"].startswith("text/plain")
    assert counted.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/webhook", "/metrics/../etc/passwd"])
async def test_it_serves_nothing_else(port: int, path: str) -> None:
    assert (await get(port, path)).status_code == 404


@pytest.mark.parametrize("line", [b"POST /metrics HTTP/1.1\r\n\r\n", b"\x16\x03\x01 rubbish\r\n\r\n", b"\r\n\r\n"])
async def test_what_is_no_get_is_answered_and_let_go(port: int, line: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(line)
    assert (await reader.read()).startswith(b"HTTP/1.1 404")
    writer.close()


async def test_an_endless_line_is_cut_off(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /" + b"x" * 100_000)
    # The end comes cleanly, or as a reset because much was left unread.
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
