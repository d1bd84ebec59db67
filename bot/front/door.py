"""The webhook's POST, before any framework: what costs a fifth of a millisecond costs a fifth of the throughput.

Plain ASGI, so that a delivery is read, judged and answered and nothing else; every other address goes on to the app
behind it. Knows no event: bot/intake/reception.py says what the platform hears.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from bot.clock import Clock
from bot.front.face import App, Receive, Scope, Send
from bot.front.tries import Tries
from bot.front.visitors import Visitor, visitor
from bot.intake.reception import Reception, Verdict

PATH = "/webhook"
# Meta signs with the newer of its two headers; the older is never looked at.
_SIGNATURE = b"x-hub-signature-256"


class CutOff(Exception):  # noqa: N818
    """The connection ended in the middle of a delivery."""


class Door:
    """`forged`: deliveries that bore no true signature, by address; who has spent his tries is no longer read."""

    def __init__(
        self,
        app: App,
        reception: Reception,
        *,
        limit: int,
        forged: Tries,
        trusted: tuple[IPv4Network | IPv6Network, ...],
        clock: Clock,
    ) -> None:
        """`limit`: bytes of a delivery; `trusted`: proxies that are believed about who stands behind them."""
        self.app = app
        self.reception = reception
        self.limit = limit
        self.forged = forged
        self.trusted = trusted
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        await self._deliver(scope, receive, send)

    async def _deliver(self, scope: Scope, receive: Receive, send: Send) -> None:
        signature = next((value for name, value in scope["headers"] if name == _SIGNATURE), b"")
        # Where nobody forged anything lately it does not matter who it is.
        if self.forged and self._is_shut_out(scope):
            await _answer(send, 429, [(b"retry-after", b"60")])
            return
        try:
            body = await _body(scope, receive, self.limit)
        except CutOff:
            # Nobody is there to answer, and nothing was forged: the platform's connections break as well.
            return
        if body is None:
            await _answer(send, Verdict.OVERSIZE.value)
            return
        verdict = await self.reception.take(body, signature.decode("latin-1"))
        if verdict is Verdict.FORGED:
            self.forged.take(self._visitor(scope).address, self.clock())
        await _answer(send, verdict.value)

    def _is_shut_out(self, scope: Scope) -> bool:
        sender = self._visitor(scope)
        # Where a proxy that nobody named stands before us, the platform has the forgers' address: all are read.
        return sender.is_alone and self.forged.are_spent(sender.address, self.clock())

    def _visitor(self, scope: Scope) -> Visitor:
        client = scope.get("client")
        # The last of a name counts, and a proxy adds to the end of its own.
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return visitor(client[0] if client else None, headers, self.trusted)


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The raw body, or None when it is longer than `limit`; a longer one is not read to its end. Raises CutOff."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if announced.isdigit() and int(announced[:20]) > limit:
        return None
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        return None if len(body) > limit else body
    # Joined at the end: adding up bytes copies all that came before with every piece.
    pieces, length = list[bytes](), 0
    while message["type"] == "http.request":
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        if length > limit:
            return None
        if not message.get("more_body"):
            return b"".join(pieces)
        message = await receive()
    raise CutOff


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
