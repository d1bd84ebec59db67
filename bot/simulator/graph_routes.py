"""The door of the Graph endpoints: HTTP in and out, tokens, rates and faults; knows nothing of the calls themselves."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.messenger.json_values import as_id, as_object
from bot.messenger.usage import HEADER as USAGE_HEADER
from bot.simulator import refusals
from bot.simulator.graph_calls import CALLS, delete_node, read_node
from bot.simulator.pace import Pace
from bot.simulator.refusals import Refusal, RefusalError, bad_parameter
from bot.simulator.twin import Twin

_SILENCE_SECONDS = 60.0
"""How long an answer that never comes keeps the connection, unless the caller gives up before."""
_CALL_BUDGET = 200_000
"""What the usage header counts against: 200 calls for each of a thousand engaged people."""


def graph_router(twin: Twin, pace: Pace) -> APIRouter:
    """Routes under `/graph/{version}`; every version that begins with v is answered alike."""
    door = _Door(twin, pace)
    router = APIRouter(prefix="/graph/{version}")
    router.add_api_route("/{node}/{edge}", door.edge, methods=["GET", "POST", "DELETE"], include_in_schema=False)
    router.add_api_route("/{node}", door.node, methods=["GET", "POST", "DELETE"], include_in_schema=False)
    return router


class _Door:
    def __init__(self, twin: Twin, pace: Pace) -> None:
        self._twin, self._pace, self._calls = twin, pace, 0

    async def edge(self, node: str, edge: str, request: Request) -> Response:
        """A call on the page: messages, thread control, personas …"""
        started = time.perf_counter()
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        body: Mapping[str, Any] = {}
        try:
            body = self._read(request, raw)
            answer = await self._answer(request, node, edge, body)
            status = 200
        except RefusalError as error:
            answer, status = error.refusal.body(), error.refusal.status
        return self._respond(request, edge, _psid(body), status, answer, raw, started)

    async def node(self, node: str, request: Request) -> Response:
        """A person's profile, a persona, a post, a comment."""
        started = time.perf_counter()
        raw = await request.body() if request.method == "POST" else b""
        try:
            query = self._read(request, raw)
            if request.method == "POST":
                answer = self._twin.wall.hides(node, query)
            else:
                deletes = request.method == "DELETE"
                answer = delete_node(self._twin, node) if deletes else read_node(self._twin, node, query)
            status = 200
        except RefusalError as error:
            answer, status = error.refusal.body(), error.refusal.status
        return self._respond(request, "node", None, status, answer, b"", started)

    def _read(self, request: Request, raw: bytes) -> dict[str, Any]:
        """Query and body as one, after the token was found right."""
        body = _json(raw) if raw else {}
        values = {**request.query_params, **body}
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else str(values.pop("access_token", ""))
        if not secrets.compare_digest(token.encode(), self._twin.account.page_token.encode()):
            raise RefusalError(refusals.BAD_TOKEN)
        self._check_usage()
        return values

    def _check_usage(self) -> None:
        self._calls += 1
        if (self._twin.faults.usage_percent or 0) >= 100:
            raise RefusalError(refusals.USED_UP)

    async def _answer(self, request: Request, node: str, edge: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if (request.method, edge) == ("POST", "comments"):
            return self._twin.wall.answers(node, body)
        call = CALLS.get((request.method, edge))
        if call is None or node not in ("me", self._twin.account.page_id):
            raise RefusalError(refusals.NO_OBJECT)
        if edge != "messages" or "message" not in body:
            return call(self._twin, body)
        if not self._pace.allows(time.monotonic()):
            raise RefusalError(refusals.TOO_FAST)
        return await self._send(request, body)

    async def _send(self, request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
        """A message, with the faults that were asked for."""
        faults, chance = self._twin.faults, self._twin.chance
        if faults.send_error is not None and chance() < faults.send_error.rate:
            error = faults.send_error
            raise RefusalError(Refusal(error.code, error.subcode, "A fault that was asked for."))
        answer: dict[str, Any] = {}
        silent = chance() < faults.send_timeout_rate
        if not (silent and chance() < faults.send_timeout_before_delivery):
            answer = CALLS["POST", "messages"](self._twin, body)
        if silent:
            await _say_nothing(request)
            raise RefusalError(Refusal(2, None, "The answer was held back, as was asked for."))
        if faults.send_latency_ms.high:
            await asyncio.sleep(faults.send_latency_ms.seconds(chance()))
        return answer

    def _respond(
        self,
        request: Request,
        what: str,
        psid: str | None,
        status: int,
        answer: dict[str, Any],
        raw: bytes,
        started: float,
    ) -> Response:
        content = json.dumps(answer).encode()
        name, spent = f"{request.method} {what}", time.perf_counter() - started
        self._twin.log.note("graph", name, psid, status, spent, raw, content, self._twin.clock.now())
        headers = {USAGE_HEADER: self._usage()}
        return Response(content, status, headers, media_type="application/json")

    def _usage(self) -> str:
        asked = self._twin.faults.usage_percent
        percent = min(99, self._calls * 100 // _CALL_BUDGET) if asked is None else asked
        line = {"type": "messenger", "call_count": percent, "total_cputime": 0, "total_time": 0}
        line["estimated_time_to_regain_access"] = 1 if percent >= 100 else 0
        return json.dumps({self._twin.account.page_id: [line]})


async def _say_nothing(request: Request) -> None:
    """Until the caller hangs up; bounded, so that a stopping server is not held for ever."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_SILENCE_SECONDS):
            while (await request.receive())["type"] != "http.disconnect":
                pass


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RefusalError(bad_parameter("the body is not JSON")) from None
    return dict(as_object(body))


def _psid(body: Mapping[str, Any]) -> str | None:
    return as_id(as_object(body.get("recipient")).get("id")) or as_id(body.get("recipient"))
