"""`dyzurny doctor`: looks at everything the product stands on and says what is wrong with it; mends nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.editions import folder, register
from bot.errors import DyzurnyError, StoreUnavailable
from bot.settings import Settings
from bot.supervisor import model, programs
from bot.supervisor.publish import is_running
from bot.supervisor.ready import page_answers, rasa_understands

# A lease lasts ten seconds; a tenth of it may be lost to clocks.
CLOCKS_APART_S = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `said` is its state, or what is wrong and what to do; it holds no secret."""

    what: str
    well: bool
    said: str


Look = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings, further: Mapping[str, Look] = MappingProxyType({})) -> list[Finding]:
    """Look at everything, each part on its own, so that one fault does not hide another.

    `further`: looks at what this package knows nothing of. A look returns a state, or raises DyzurnyError.
    """
    return [await examine_one(what, look, settings) for what, look in {**_LOOKS, **further}.items()]


async def examine_one(what: str, look: Look, settings: Settings) -> Finding:
    try:
        return Finding(what, True, await look(settings))
    except DyzurnyError as error:
        return Finding(what, False, str(error))


class _IllError(DyzurnyError):
    """Something is wrong; the text says what to do."""


async def _content(settings: Settings) -> str:
    from bot.dialogue import compiler

    faults = await asyncio.to_thread(compiler.check, settings.content_dir)
    if faults:
        raise _IllError(f"{len(faults)} faults: `dyzurny check` lists them")
    return "no faults"


async def _model(settings: Settings) -> str:
    found = model.trained(settings)
    days = (time.time() - found.stat().st_mtime) / 86400
    return f"trained ({found.name}, {days:.0f} days ago)"


async def _redis(settings: Settings) -> str:
    client: Redis = Redis.from_url(
        settings.redis_url, decode_responses=True, socket_connect_timeout=2, socket_timeout=2
    )
    try:
        await client.ping()
        kept = {**await client.config_get("appendonly"), **await client.config_get("appendfsync")}
    except RedisError as error:
        raise _IllError("does not answer: start it, or correct DYZURNY_REDIS_URL") from error
    finally:
        await client.aclose()
    if kept != {"appendonly": "yes", "appendfsync": "always"}:
        raise _IllError("loses messages in a crash: set appendonly yes and appendfsync always")
    return "answers, and keeps what it acknowledges on disk"


async def _database(settings: Settings) -> str:
    from bot.store.fitness import require_fit

    try:
        await asyncio.to_thread(require_fit, settings.database_url)
    except StoreUnavailable as error:
        raise _IllError("cannot be used: correct DYZURNY_DATABASE_URL, or start the database") from error
    return "answers, and has all that this version needs"


async def _rasa(settings: Settings) -> str:
    editions = folder.place(settings)
    serving = register.read_servers(editions).urls.get(register.read_published(editions).current or "")
    # While the product runs, the edition in force says where its server is.
    urls = [serving] if serving and is_running(settings) else settings.rasa_urls
    if not await rasa_understands(urls)():
        raise _IllError("does not answer: `dyzurny run` starts it, `dyzurny rasa` alone")
    return "understands"


async def _web(settings: Settings) -> str:
    address = programs.address(settings)
    if not await page_answers(f"{address}/healthz")():
        raise _IllError("does not answer: `dyzurny run` starts it, `dyzurny web` alone")
    return f"answers at {address}"


async def _page(settings: Settings) -> str:
    if settings.has_simulator:
        return "demo mode: the simulator stands for Messenger"
    missing = [
        name
        for name, value in (
            ("DYZURNY_APP_SECRET", settings.app_secret),
            ("DYZURNY_VERIFY_TOKEN", settings.verify_token),
            ("DYZURNY_SECRET_KEY", settings.secret_key),
            ("DYZURNY_PAGE_TOKENS", settings.page_tokens),
        )
        if not value
    ]
    if missing:
        raise _IllError(f"not set up: set {', '.join(missing)}")
    return await _pages_look_well(settings)


# What `bot.page.watch.look` finds → what to do.
_PAGE_REMEDIES = {
    "page_token": "Meta refuses its token: put a new one into DYZURNY_PAGE_TOKENS, check the app's permissions",
    "page_unsubscribed": "does not send us its events: run `dyzurny page setup`",
    "unknown": "Meta does not answer: check the way out to DYZURNY_GRAPH_URL",
}


async def _pages_look_well(settings: Settings) -> str:
    import httpx

    from bot.messenger.graph import GraphClient
    from bot.page.watch import look

    tokens = {page_id: token.get_secret_value() for page_id, token in settings.page_tokens.items()}
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        graph = GraphClient(settings.graph_url, tokens, http)
        found = {page_id: await look(graph, page_id, settings.app_id) for page_id in tokens}
    ill = [f"{page_id} {_PAGE_REMEDIES[each]}" for page_id, each in found.items() if each != "well"]
    if ill:
        raise _IllError("; ".join(ill))
    return f"{len(tokens)} subscribed; automations of the Page Inbox and the default app cannot be seen from here"


async def _clock(settings: Settings) -> str:
    """Windows, leases and timers compare our clock with Redis's and with Meta's."""
    client: Redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2)
    try:
        seconds, micros = await client.time()
    except RedisError as error:
        raise _IllError("cannot be compared: Redis does not answer") from error
    finally:
        await client.aclose()
    apart = abs(time.time() - (seconds + micros / 1e6))
    if apart > CLOCKS_APART_S:
        raise _IllError(f"is {apart:.0f} s away from Redis's: keep both machines' clocks by NTP")
    return "agrees with Redis's"


_LOOKS: dict[str, Look] = {
    "content": _content,
    "model": _model,
    "Redis": _redis,
    "database": _database,
    "Rasa": _rasa,
    "clock": _clock,
    "web": _web,
    "page": _page,
}
