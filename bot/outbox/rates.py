"""How fast a page and a thread may send; shared by all workers through Redis."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.clock import epoch_ms
from bot.errors import RedisUnavailable
from bot.intake import keys, scripts
from bot.settings import Settings


class Rates:
    """Token buckets: one a page (40 a second, above which the Page Inbox stops working), one a thread."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._take = redis.register_script(scripts.BUCKETS)
        self.page_rate, self.thread_rate = settings.page_rate, settings.thread_rate
        self.thread_burst = settings.thread_burst
        self._slow_until: dict[str, float] = {}

    def slow_down(self, page_id: str, seconds: float) -> None:
        """The platform said that this page sends too much: pause it."""
        self._slow_until[page_id] = asyncio.get_running_loop().time() + seconds

    async def wait_ms(self, page_id: str, conversation: str) -> int:
        """0 when a message may leave now (and is counted), else milliseconds to wait before asking again."""
        if pause := self.slowed_ms(page_id):
            return pause
        buckets, limits = self.buckets(page_id, conversation)
        try:
            return int(await self._take(keys=buckets, args=[epoch_ms(), *limits]))
        except (RedisError, OSError) as error:
            raise RedisUnavailable(code=f"redis_unavailable:{type(error).__name__}") from error

    def slowed_ms(self, page_id: str) -> int:
        """Milliseconds that are left of the platform's wish for a pause."""
        pause = self._slow_until.get(page_id, 0.0) - asyncio.get_running_loop().time()
        return int(pause * 1000) + 1 if pause > 0 else 0

    def buckets(self, page_id: str, conversation: str) -> tuple[list[str], list[float]]:
        """The Redis keys of the buckets that one message is taken of; of each, tokens a second and most tokens."""
        names = [keys.THREAD_BUCKET + conversation, keys.PAGE_BUCKET + page_id]
        return names, [self.thread_rate, self.thread_burst, self.page_rate, max(1.0, self.page_rate / 4)]
