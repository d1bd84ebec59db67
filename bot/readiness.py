"""Whether this installation can serve: Redis, SQL and Rasa answer. Says which part does not, never why in detail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.dialogue.client import RasaClient
from bot.errors import RasaUnavailable, Unavailable
from bot.store.database import Database
from bot.store.fitness import Unfit, examine

# A sentence that every model of this product understands, and what it must be understood as.
PROBE, PROBE_INTENT = "dzień dobry", "powitanie"
PATIENCE_S = 3.0


class Readiness:
    def __init__(self, redis: Redis, database: Database, rasa: RasaClient) -> None:
        self.redis = redis
        self.database = database
        self.rasa = rasa

    async def parts(self) -> dict[str, bool]:
        """Part → whether it answers, and SQL as a record that this version can work with."""
        checks: dict[str, Callable[[], Awaitable[None]]] = {
            "redis": self._redis,
            "sql": self._sql,
            "rasa": self._rasa,
        }
        answers = await asyncio.gather(*(self._answers(check) for check in checks.values()))
        return dict(zip(checks, answers, strict=True))

    @staticmethod
    async def _answers(check: Callable[[], Awaitable[None]]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await check()
        except (Unavailable, Unfit, RedisError, OSError, TimeoutError):
            return False
        return True

    async def _redis(self) -> None:
        await self.redis.ping()

    async def _sql(self) -> None:
        await self.database.read(lambda tx: examine(tx.connection))

    async def _rasa(self) -> None:
        for url in self.rasa.urls:
            parsed = await self.rasa.understands(url, PROBE)
            if (parsed.get("intent") or {}).get("name") != PROBE_INTENT:
                raise RasaUnavailable(code="rasa_without_its_parts")
