"""A worker's own small page: `/healthz` and `/metrics`, for who watches over it; serves nothing else and nobody else.

It answers out of the worker's event loop, so that a worker whose loop hangs does not pass for a healthy one.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# Whoever asks says so at once, in a few lines.
PATIENCE_S = 5.0
MOST_LINES = 100


async def serve(host: str, port: int) -> asyncio.Server:
    """Answer at that address until the server is closed. Raises OSError when it is taken."""
    return await asyncio.start_server(_answer, host, port, limit=16 * 1024)


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            status, kind, body = _page(await _asked(reader))
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
            writer.write(head.encode("ascii") + b"X-Content-Type-Options: nosniff\r\n\r\n" + body)
            await writer.drain()
    except (OSError, ValueError, TimeoutError):
        # Nobody we owe an answer to: it left, or it does not speak HTTP.
        pass
    finally:
        writer.close()


async def _asked(reader: StreamReader) -> bytes:
    """The path of a GET, or nothing; the headers are read to their end, because some clients insist on it."""
    words = (await reader.readline()).split()
    for _ in range(MOST_LINES):
        if not (await reader.readline()).strip():
            break
    return words[1].partition(b"?")[0] if len(words) == 3 and words[0] == b"GET" else b""


def _page(path: bytes) -> tuple[str, str, bytes]:
    if path == b"/metrics":
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
    if path == b"/healthz":
        return "200 OK", "text/plain; charset=utf-8", b"ok"
    return "404 Not Found", "text/plain; charset=utf-8", b""
