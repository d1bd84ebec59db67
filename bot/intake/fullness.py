"""Whether Redis has room for more mail; keeps a reserve, so that what was taken in can still be worked off.

A Redis that is full refuses every write, also a worker's claim: mail that fills it to the brim could never be emptied.
So the door shuts earlier, and the rest belongs to leases, to Rasa's trackers and to the consoles.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import RedisUnavailable

FULL_SHARE = 0.9
LOOK_EVERY_S = 1.0


class Fullness:
    def __init__(self, redis: Redis, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.redis = redis
        self._monotonic = monotonic
        self._looked_at: float | None = None
        self._full = False

    async def is_full(self) -> bool:
        """As of a second ago at most. Raises RedisUnavailable."""
        now = self._monotonic()
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            try:
                memory = await self.redis.info("memory")
            except (TimeoutError, RedisError, OSError) as error:
                self._looked_at = None
                raise RedisUnavailable(code=f"redis_unavailable:{type(error).__name__}") from error
            most = int(memory.get("maxmemory") or 0)
            self._full = most > 0 and int(memory["used_memory"]) > most * FULL_SHARE
        return self._full
