"""Gathers the page's messages that have just arrived at the customer; knows nothing of what is told about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.simulator.thread import Message, Thread

_AFTER_SECONDS = 0.25


class Receipts:
    """Waits a moment, so that messages sent in one go share one delivery event, as they do on the platform."""

    def __init__(self, arrived: Callable[[Thread, list[Message]], None]) -> None:
        self._arrived = arrived
        self._waiting: dict[str, list[Message]] = {}

    def add(self, thread: Thread, message: Message) -> None:
        if thread.psid in self._waiting:
            self._waiting[thread.psid].append(message)
            return
        self._waiting[thread.psid] = [message]
        asyncio.get_running_loop().call_later(_AFTER_SECONDS, self._tell, thread)

    def _tell(self, thread: Thread) -> None:
        self._arrived(thread, self._waiting.pop(thread.psid))
