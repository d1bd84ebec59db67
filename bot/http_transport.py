"""How the processes reach other servers: httpx for its callers, aiohttp's connections underneath. Knows no server.

httpx's own pool asks the kernel about every idle connection before each request; with fifty customers at once that was
a quarter of the worker's time (py-spy, 32 customers). aiohttp hears of a closed connection from the event loop.
"""

from __future__ import annotations

import urllib.request
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

# Connections at once; what is over waits in line.
MOST_CONNECTIONS = 200
KEPT_S = 30


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Give it to `httpx.AsyncClient(transport=…)`, which closes it. Redirects and decoding stay httpx's."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        import aiohttp
        from yarl import URL

        session = self._session or self._open()
        limits = request.extensions.get("timeout", {})
        timeout = aiohttp.ClientTimeout(
            connect=limits.get("pool"), sock_connect=limits.get("connect"), sock_read=limits.get("read")
        )
        try:
            answer = await session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=timeout,
            )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _as_httpx(error) from None
        return httpx.Response(
            answer.status, headers=list(answer.raw_headers), stream=_Body(answer), extensions={"http_version": b"1.1"}
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> ClientSession:
        """At the first request: a session belongs to the loop that runs then."""
        import aiohttp

        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            # Looked up at every request: only where there is one.
            trust_env=bool(urllib.request.getproxies()),
        )
        return self._session


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        import aiohttp

        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _as_httpx(error) from None

    async def aclose(self) -> None:
        # Read to its end the connection has gone back already; else it cannot be used again.
        self._answer.close()


def _as_httpx(error: Exception) -> httpx.RequestError:
    """The kind of failure, which tells whether the request can have arrived; not its words, which hold addresses."""
    import aiohttp

    kind: type[httpx.RequestError]
    match error:
        case aiohttp.ConnectionTimeoutError():
            kind = httpx.ConnectTimeout
        case aiohttp.ClientConnectorError():
            kind = httpx.ConnectError
        case aiohttp.InvalidURL():
            kind = httpx.UnsupportedProtocol
        case TimeoutError():
            kind = httpx.ReadTimeout
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientResponseError():
            kind = httpx.RemoteProtocolError
        case _:
            kind = httpx.ReadError
    return kind(type(error).__name__)


class PlainClient(httpx.AsyncClient):
    """For servers that are asked without cookies, logins or redirects: what httpx does for those costs as much again
    as the request. Streams, and whoever wants any of it, go httpx's own way.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._plain = AiohttpTransport()
        super().__init__(transport=self._plain, timeout=timeout)

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        if stream or options.get("follow_redirects") is True or isinstance(options.get("auth"), tuple | httpx.Auth):
            return await super().send(request, stream=stream, **options)
        response = await self._plain.handle_async_request(request)
        response.request = request
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response
