"""Every address of the console with what its OpenAPI description lets schemathesis make: no fault, nothing hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from schemathesis.core.result import Ok

from bot.settings import Settings
from bot.store.database import Database
from handoff.console import add_console
from handoff.console.routes import PARTS
from handoff.console.security import PATH
from handoff.desk import Desk
from tests.handoff.conftest import HeldClock
from tests.handoff.test_console import HERE
from tests.security.test_texts import _administers

# Ends never; logs the caller out; shuts the caller's own account.
NOT_TRIED = ("/konsola/zdarzenia", "/konsola/wyjscie", "/konsola/haslo", "/konsola/konta")
LONGEST_S = 30
BASE = "http://konsola.test"


def described() -> schemathesis.BaseSchema:
    """The description that the product itself never shows."""
    shown = FastAPI()
    for part in PARTS:
        shown.include_router(part, prefix=PATH)
    whole = get_openapi(title="console", version="1", routes=shown.routes)
    whole["paths"] = {path: what for path, what in whole["paths"].items() if not path.startswith(NOT_TRIED)}
    return schemathesis.openapi.from_dict(whole)


@pytest.fixture
def app(desk: Desk, database: Database, redis: Redis, settings: Settings, clock: HeldClock) -> FastAPI:
    app = FastAPI(openapi_url=None)
    add_console(app, desk, database, redis, settings, desk.floor.names, clock)
    return app


@pytest.fixture
async def client(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HERE) as client:
        await client.post("/konsola/wejscie", data={"login": "anna", "haslo": "anna"})
        await _administers(database)
        yield client


def cases() -> st.SearchStrategy[schemathesis.Case[Any]]:
    operations = [found.ok() for found in described().get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 60
    return st.sampled_from(operations).flatmap(lambda operation: operation.as_strategy())


@given(case=st.deferred(cases))
@settings(
    max_examples=200,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
async def test_no_address_fails_or_hangs_on_what_its_description_allows(
    client: httpx.AsyncClient, case: schemathesis.Case[Any]
) -> None:
    asked = case.as_transport_kwargs(BASE)
    sent = {name: asked[name] for name in ("params", "data", "json", "files") if asked.get(name) is not None}
    async with asyncio.timeout(LONGEST_S):
        answer = await client.request(case.method, asked["url"], **sent)
    assert answer.status_code < 500, (case.method, case.path)
