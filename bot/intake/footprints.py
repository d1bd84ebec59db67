"""What an erased conversation leaves in Redis beside its mailbox: Rasa's trackers and two short-lived notes of ours.

The mailbox itself is empty of what came before the erasure, which stood in it behind them; what comes after it is a
new conversation.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.intake import keys
from bot.logs import logger

log = logger("privacy")

BATCH = 500


class Footprints:
    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    async def forget(self, conversation: str, sessions: int) -> None:
        """Remove the trackers of sessions 0 to `sessions`. Without Redis they end by themselves within a day."""
        names = [f"{keys.RASA_TRACKER}{conversation}.{session}" for session in range(sessions + 1)]
        names += [keys.FIRST + conversation, keys.THREAD_BUCKET + conversation]
        try:
            for at in range(0, len(names), BATCH):
                await self.redis.unlink(*names[at : at + BATCH])
        except (RedisError, OSError) as error:
            log.error("footprints_left", conversation=conversation, error=type(error).__name__)
