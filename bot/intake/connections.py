"""Connections to Redis: a bounded number, for which calls wait in line instead of failing."""

from __future__ import annotations

from redis.asyncio import BlockingConnectionPool, Redis

# A call that waits longer than this for a connection finds Redis away: Messenger delivers again.
PATIENCE_S = 4
# redis-py refuses the call that would need one connection more than it may open; a burst of webhooks is no fault. Few
# connections serve it better than many: what comes over them together is written to the disk together.
FOR_WEBHOOKS = 16
FOR_ALL_ELSE = 256


def connect(url: str, most: int) -> Redis:
    """A client with up to `most` connections, opened when they are needed."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=most,
        timeout=PATIENCE_S,
        socket_timeout=5,
        socket_connect_timeout=3,
        health_check_interval=30,
    )
    return Redis.from_pool(pool)
