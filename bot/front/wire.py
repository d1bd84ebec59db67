"""The connection itself, before there is a request: heads with an end, and nobody who stays without going on.

uvicorn puts no end to an address or a header and joins what comes in pieces by copying: one address of 100 MB kept a
web process busy for most of a minute. A proxy in front stops such callers; this holds without one. Knows no address.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of one request beside its body: address, headers, sizes of chunks, trailers. Browsers and the platform need
# a few thousand; the longest upload in chunks of 1 KB needs 200 000.
MOST_BESIDE_BODY = 256 * 1024
# How often one looks whether a request goes on, and how many bytes of a body make it one that does.
LOOK_S = 10.0
LEAST_COMING = 4 * 1024


class Wire(HttpToolsProtocol):
    """For `uvicorn.run(http=Wire)`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._is_arriving, self._has_head = True, False
        self._beside_body = self._came = 0
        self._is_late = False
        self._looking = self.loop.call_later(LOOK_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._looking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > MOST_BESIDE_BODY:
            self._refuse()

    def on_message_begin(self) -> None:
        self._is_arriving, self._has_head = True, False
        self._beside_body = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._has_head = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_arriving = False
        super().on_message_complete()

    def _refuse(self) -> None:
        if self._has_head or self.transport.is_closing():
            # Somebody may be answering already.
            self.transport.close()
        else:
            self.send_400_response("The head of the request is too long.")

    def _look(self) -> None:
        """Twice without going on is enough; once may be a process of ours that came to nothing else meanwhile."""
        if self._is_slow() and self._is_late:
            self.transport.close()
            return
        self._is_late = self._is_slow()
        self._came = 0
        self._looking = self.loop.call_later(LOOK_S, self._look)

    def _is_slow(self) -> bool:
        # What we do not read ourselves cannot come.
        if not self._is_arriving or self.flow.read_paused:
            return False
        return not self._has_head or self._came < LEAST_COMING
