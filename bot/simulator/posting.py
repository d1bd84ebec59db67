"""Posts to one address over kept connections, and nothing more of HTTP than that takes.

A general client costs about a millisecond a request; the twin shares its machine with what is being measured, so
its own share has to be small.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_LONGEST_ANSWER = 1024 * 1024


class PostError(Exception):
    """No answer came: the connection was refused or cut, the time was up, or the answer was not HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Poster:
    """Any number of posts at once; each takes a kept connection or makes a new one."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        address = urlsplit(url)
        self._secure = address.scheme == "https"
        self._host = address.hostname or "127.0.0.1"
        self._port = address.port or (443 if self._secure else 80)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        self._head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        self._timeout_seconds = timeout_seconds
        self._idle: list[_Connection] = []

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises PostError when no answer came. What was sent may have arrived all the same."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{self._head}{lines}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._ask(request)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise PostError(type(error).__name__) from None

    def close(self) -> None:
        for connection in self._idle:
            connection.writer.close()
        self._idle.clear()

    async def _ask(self, request: bytes) -> Answer:
        while self._idle:
            kept = self._idle.pop()
            if kept.reader.at_eof():
                kept.writer.close()
                continue
            try:
                return await self._exchange(kept, request)
            except (ConnectionError, asyncio.IncompleteReadError):
                # The server hung up between two requests, as it may; that is no failed delivery.
                continue
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._secure or None)
        return await self._exchange(_Connection(reader, writer), request)

    async def _exchange(self, connection: _Connection, request: bytes) -> Answer:
        try:
            connection.writer.write(request)
            await connection.writer.drain()
            answer, keep = await _read(connection.reader)
        except BaseException:
            # Also when cancelled: a half-read answer must not be taken for the next one.
            connection.writer.close()
            raise
        if keep:
            self._idle.append(connection)
        else:
            connection.writer.close()
        return answer


async def _read(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """The answer, and whether the connection may be used again."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    version, status = lines[0].split(" ")[:2]
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    keep = version == "HTTP/1.1" and fields.get("connection", "").lower() != "close"
    if fields.get("transfer-encoding", "").lower() == "chunked":
        content = await _read_chunks(reader)
    elif "content-length" in fields:
        content = await reader.readexactly(min(int(fields["content-length"]), _LONGEST_ANSWER))
    else:
        bodiless = status in ("204", "304")
        content, keep = (b"", keep) if bodiless else (await reader.read(_LONGEST_ANSWER), False)
    return Answer(int(status), content), keep


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        content += await reader.readexactly(min(size, _LONGEST_ANSWER))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return content
