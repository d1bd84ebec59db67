"""The floor of acknowledging: a FastAPI route that verifies the signature and appends the body to Redis, nothing else.

Run: uvicorn bench.bare_route:app with BENCH_REDIS_URL and BENCH_APP_SECRET.
"""

from __future__ import annotations

import os

from fastapi import FastAPI, Request, Response
from redis.asyncio import Redis

from bot.messenger.signature import is_valid

SECRET = os.environ.get("BENCH_APP_SECRET", "")
redis = Redis.from_url(os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/0"))
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/healthz")
async def healthz() -> Response:
    return Response("ok")


@app.post("/webhook")
async def webhook(request: Request) -> Response:
    body = await request.body()
    if not is_valid(SECRET, body, request.headers.get("x-hub-signature-256")):
        return Response(status_code=403)
    await redis.rpush("bodies", body)
    return Response(status_code=200)
