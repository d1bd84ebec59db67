"""Sees whether a process serves: not by its word but by what it answers."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.supervisor.faults import CannotRun

# A question whose intent any content has; Rasa says "up and running" also when a component of the pipeline is missing.
PROBE_SENTENCE = "Dzień dobry"
# The first parse loads lazily; a Rasa that needs longer than this per sentence is not ready anyway.
PARSE_SECONDS = 20.0


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """One for all: making it takes 50 ms of processor time, and whoever waits asks ten times a second."""
    return httpx.create_ssl_context(trust_env=False)


def redis_answers(url: str) -> Callable[[], Awaitable[bool]]:
    """Ready means PONG; a server that still loads its append-only file refuses."""

    async def ask() -> bool:
        client: Redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(await client.ping())
        except RedisError:
            return False
        finally:
            await client.aclose()

    return ask


def page_answers(url: str) -> Callable[[], Awaitable[bool]]:
    """Ready means that `url` is answered with 200."""

    async def ask() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False, verify=_tls()) as client:
                return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    return ask


def rasa_understands(urls: Sequence[str]) -> Callable[[], Awaitable[bool]]:
    """Ready means that every one of these servers finds an intent in a sentence; CannotRun if one has no model."""

    async def ask() -> bool:
        try:
            async with httpx.AsyncClient(timeout=PARSE_SECONDS, trust_env=False, verify=_tls()) as client:
                return all([await _understands(client, url) for url in urls])
        except (httpx.HTTPError, ValueError):
            return False

    return ask


async def _understands(client: httpx.AsyncClient, url: str) -> bool:
    answer = await client.post(f"{url}/model/parse", json={"text": PROBE_SENTENCE})
    if answer.status_code == httpx.codes.CONFLICT:
        # Rasa listens only after it has tried to load the model: this one it could not load, and never will.
        raise CannotRun(f"Rasa at {url} runs without a model, because it could not load it: its log says why.")
    if answer.status_code != httpx.codes.OK:
        return False
    intent = answer.json().get("intent") or {}
    return bool(intent.get("name"))
