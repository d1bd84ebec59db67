"""How the processes reach other servers: httpx for its callers, aiohttp's connections underneath. Knows no server.

httpx's own pool asks the kernel about every idle connection before each request; with fifty customers at once that was
a quarter of the worker's time (py-spy, 32 customers). aiohttp hears of a closed connection from the event loop.
"""

from __future__ import annotations

import urllib.request
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx
from httpx import USE_CLIENT_DEFAULT

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
        headers = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw]
        limits = request.extensions.get("timeout", {})
        content = await request.aread()
        try:
            answer = await self._ask(request.method, str(request.url), headers, content, limits)
        except _failures() as error:
            raise _as_httpx(error) from None
        return httpx.Response(
            answer.status, headers=list(answer.raw_headers), stream=_Body(answer), extensions={"http_version": b"1.1"}
        )

    async def read_whole(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, limits: Mapping[str, Any]
    ) -> httpx.Response:
        """The answer with its body; `url` is escaped, `limits` are those of `httpx.Timeout.as_dict`."""
        try:
            answer = await self._ask(method, url, headers.items(), content, limits)
            # Read to its end the connection goes back; left in the middle, it cannot be used again.
            body = await answer.read()
        except _failures() as error:
            raise _as_httpx(error) from None
        return httpx.Response(
            answer.status, headers=list(answer.raw_headers), content=body, request=_request(method, url)
        )

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[str, str]],
        content: bytes | None,
        limits: Mapping[str, Any],
    ) -> ClientResponse:
        import aiohttp
        from yarl import URL

        session = self._session or self._open()
        timeout = aiohttp.ClientTimeout(
            connect=limits.get("pool"), sock_connect=limits.get("connect"), sock_read=limits.get("read")
        )
        return await session.request(
            method,
            URL(url, encoded=True),
            headers=headers if isinstance(headers, list) else list(headers),
            data=content or None,
            allow_redirects=False,
            timeout=timeout,
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


def _failures() -> tuple[type[Exception], ...]:
    import aiohttp

    return (aiohttp.ClientError, TimeoutError, OSError, ValueError)


@lru_cache(maxsize=256)
def _request(method: str, url: str) -> httpx.Request:
    """What an answer needs to say of its request: where it went. No headers, which hold tokens; no body."""
    return httpx.Request(method, url)


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
    """For servers that are asked without cookies, logins or redirects: what httpx does for those, and for building a
    request and reading its answer, costs as much again as the request (py-spy). A request of bytes to an address goes
    straight to the connection; streams, and whoever wants anything else, go httpx's own way.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._plain = AiohttpTransport()
        super().__init__(transport=self._plain, timeout=timeout)

    async def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        limits = options.get("timeout", USE_CLIENT_DEFAULT)
        content, headers = options.get("content"), options.get("headers") or {}
        if not isinstance(content, bytes | None) or not isinstance(headers, dict) or not _is_plain(url, options):
            return await super().request(method, url, **options)
        timeout = self.timeout if limits is USE_CLIENT_DEFAULT else httpx.Timeout(limits)
        return await self._plain.read_whole(method, str(url), headers, content, timeout.as_dict())


def _is_plain(url: httpx.URL | str, options: Mapping[str, Any]) -> bool:
    """Whether nothing but bytes and headers is asked for, of an address that needs no escaping."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return all(
        value is None or value is USE_CLIENT_DEFAULT
        for name, value in options.items()
        if name not in ("content", "headers", "timeout")
    )
