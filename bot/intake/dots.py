"""Dots in the customer's thread while an answer takes longer than a moment; a courtesy that may fail unseen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.errors import DyzurnyError
from bot.messenger.errors import GraphError

# Most answers are there within half a second; dots for those would only flicker.
AFTER_S = 1.2


@contextlib.asynccontextmanager
async def dots_when_slow(typing: Callable[[], Awaitable[None]], after_s: float = AFTER_S) -> AsyncIterator[None]:
    """Calls `typing` once if what stands inside takes longer than `after_s`; the answer takes the dots away."""
    waiting = asyncio.create_task(_dots(typing, after_s), name="dots")
    try:
        yield
    finally:
        waiting.cancel()


async def _dots(typing: Callable[[], Awaitable[None]], after_s: float) -> None:
    await asyncio.sleep(after_s)
    with contextlib.suppress(DyzurnyError, GraphError):
        await typing()
