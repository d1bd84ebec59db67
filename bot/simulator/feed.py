"""Tells watching browsers what happens, as server-sent events; knows nothing of what it means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

_BACKLOG = 500
_HEARTBEAT_SECONDS = 15.0
_CLOSED = ""


class Feed:
    """Any number of watchers. One that cannot keep up is told to load everything anew."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[str]] = set()
        self._closed = False

    def tell(self, kind: str, psid: str | None, content: Mapping[str, Any]) -> None:
        """Costs nothing while nobody watches."""
        if not self._watchers:
            return
        line = f"data: {json.dumps({'type': kind, 'psid': psid, **content})}\n\n"
        for queue in self._watchers:
            if queue.full():
                _empty(queue)
                queue.put_nowait('data: {"type": "reload"}\n\n')
            else:
                queue.put_nowait(line)

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        self._closed = True
        for queue in self._watchers:
            _empty(queue)
            queue.put_nowait(_CLOSED)

    async def watch(self) -> AsyncIterator[str]:
        """Lines of an event stream until the feed is closed or the watcher goes."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=_BACKLOG)
        self._watchers.add(queue)
        try:
            yield "retry: 1000\n\n"
            while not self._closed:
                try:
                    line = await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    line = ": still here\n\n"
                if line == _CLOSED:
                    return
                yield line
        finally:
            self._watchers.discard(queue)


def _empty(queue: asyncio.Queue[str]) -> None:
    while not queue.empty():
        queue.get_nowait()
