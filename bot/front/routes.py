"""Routes of the web process beside the door: the platform's verification, its request to erase, health and metrics."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import alarms
from bot.clock import utc_now
from bot.dialogue.texts import Texts
from bot.errors import RedisUnavailable
from bot.intake import depth
from bot.intake.lanes import Lanes
from bot.messenger.signature import parse_signed_request
from bot.privacy import pages as privacy_pages
from bot.privacy import requests
from bot.readiness import Readiness
from bot.settings import Settings
from bot.store.database import Database
from bot.store.times import to_ms

# Bytes of a data deletion callback; a real one has about two hundred.
SIGNED_REQUEST_LIMIT = 8 * 1024


def verification(app: FastAPI, settings: Settings) -> None:
    """Asked once, when somebody enters our address at the platform."""
    assert settings.verify_token is not None
    expected = settings.verify_token.get_secret_value()

    @app.get("/webhook")
    async def verify(
        mode: Annotated[str, Query(alias="hub.mode")] = "",
        token: Annotated[str, Query(alias="hub.verify_token")] = "",
        challenge: Annotated[str, Query(alias="hub.challenge")] = "",
    ) -> Response:
        if mode == "subscribe" and hmac.compare_digest(token.encode(), expected.encode()):
            return PlainTextResponse(challenge)
        return Response(status_code=403)


def erasure(
    app: FastAPI, settings: Settings, database: Database, texts: Texts, ring: Callable[[], Awaitable[None]]
) -> None:
    """The platform's data deletion callback, and the page on which who asked for it sees its state.

    `ring` tells the worker that there is something for it to do.
    """
    assert settings.app_secret is not None
    secret = settings.app_secret.get_secret_value()

    @app.post("/usuwanie-danych")
    async def ask(request: Request) -> Response:
        body = await _body(request, SIGNED_REQUEST_LIMIT)
        form = dict(parse_qsl((body or b"").decode("ascii", "replace")))
        signed = parse_signed_request(secret, form.get("signed_request", ""))
        if signed is None:
            return Response(status_code=403)
        code = requests.code_of(secret, signed)
        if await database.run(lambda tx: requests.ask(tx, signed, code, to_ms(utc_now()))):
            # Without the call the worker finds the timers a moment later.
            with contextlib.suppress(RedisUnavailable):
                await ring()
        return JSONResponse({"url": f"{settings.public_url}/usuwanie-danych/{code}", "confirmation_code": code})

    @app.get("/usuwanie-danych/{code}")
    async def state(code: str) -> Response:
        found = await database.read(lambda tx: requests.state_of(tx, code))
        page = privacy_pages.draw(
            "status", state=found, code=code, page_name=settings.page_name, privacy_url=texts.privacy_page
        )
        status = 404 if found is requests.State.UNKNOWN else 200
        return HTMLResponse(page, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


async def _body(request: Request, limit: int) -> bytes | None:
    """The raw body, or None when it is longer than `limit`; a longer one is not read to its end."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def health(app: FastAPI, readiness: Readiness, both: Lanes) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        return PlainTextResponse("ok")

    @app.get("/readyz")
    async def readyz() -> Response:
        parts = await readiness.parts()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        await asyncio.gather(alarms.look(readiness.database), depth.look(both))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
