"""Who has a conversation open right now: kept in Redis for as long as their console says so."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.intake import keys

# A console says every 15 s that it is still there.
GONE_AFTER_MS = 40_000


def _key(conversation: str) -> str:
    return f"{keys.DESK}:viewers:{conversation}"


async def look(redis: Redis, conversation: str, agent_id: int, now: int, *, leaves: bool = False) -> bool:
    """Note that the agent looks, or leaves; True when that changes who is seen looking. A courtesy: never fails."""
    key = _key(conversation)
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.zscore(key, str(agent_id))
            if leaves:
                pipe.zrem(key, str(agent_id))
            else:
                pipe.zadd(key, {str(agent_id): now})
                pipe.pexpire(key, GONE_AFTER_MS)
            before, *_ = await pipe.execute()
    except RedisError:
        return False
    seen = before is not None and float(before) > now - GONE_AFTER_MS
    return seen if leaves else not seen


async def who(redis: Redis, conversation: str, now: int) -> list[int]:
    """Agent ids, the one who came last first."""
    try:
        found: list[bytes] = await redis.zrevrangebyscore(_key(conversation), "+inf", now - GONE_AFTER_MS)  # type: ignore[assignment]
    except RedisError:
        return []
    return [int(id) for id in found]
