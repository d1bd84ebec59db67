"""Safe headers on every answer, also on a fault's, and an end to bodies that are too long. Knows no framework: ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# For answers that are no pages; console and simulator set their own policy, which then stands.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-resource-policy": b"same-site",
}
# Two years, as the browsers' preload lists ask; subdomains are the company's own affair.
HSTS = b"max-age=63072000"

# The longest form is an agent's text of 20 000 characters, each up to 12 bytes when escaped.
LONGEST_FORM = 1024 * 1024
# A file of 25 MB and the form around it.
LONGEST_UPLOAD = 26 * 1024 * 1024
# Measures its bodies itself, by a setting.
_ITS_OWN = "/webhook"


class TooLong(Exception):  # noqa: N818
    """The rest of a body is not read; the sender hears 413."""


def longest(path: str) -> int | None:
    """How many bytes may be sent to this address; None where its route measures by itself."""
    if path == _ITS_OWN:
        return None
    is_form = path.startswith("/konsola") and not path.endswith("/plik")
    return LONGEST_FORM if is_form else LONGEST_UPLOAD


class Face:
    """The outermost layer of the web process. `public_url`: with https there, browsers are told to stay with it."""

    def __init__(self, app: App, public_url: str) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if urlsplit(public_url).scheme == "https":
            self.headers[b"strict-transport-security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, longest(scope["path"]))
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                # Whatever a framework makes of the interrupted body, this is what happened.
                message["status"] = 413 if body.is_too_long else message["status"]
                message["headers"] = self._with(list(message.get("headers", ())))
            await send(message)

        if body.announced_too_long(scope["headers"]):
            await _refuse(answer)
            return
        try:
            await self.app(scope, body.receive, answer)
        except TooLong:
            if not begun:
                await _refuse(answer)

    def _with(self, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        there = {name.lower() for name, _ in given}
        return given + [(name, value) for name, value in self.headers.items() if name not in there]


class _Body:
    """One request's body on its way in."""

    def __init__(self, receive: Receive, limit: int | None) -> None:
        self._receive = receive
        self.limit = limit
        self.length = 0
        self.is_too_long = False

    def announced_too_long(self, headers: list[tuple[bytes, bytes]]) -> bool:
        announced = dict(headers).get(b"content-length", b"")
        self.is_too_long = self.limit is not None and announced.isdigit() and int(announced[:20]) > self.limit
        return self.is_too_long

    async def receive(self) -> Message:
        message = await self._receive()
        self.length += len(message.get("body", b""))
        if self.limit is not None and self.length > self.limit:
            self.is_too_long = True
            raise TooLong
        return message


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": []})
    await send({"type": "http.response.body", "body": b""})
