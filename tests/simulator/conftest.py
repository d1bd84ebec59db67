"""A twin, a product that takes its webhooks, and clients for both sides; all real HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from bot.messenger.event import Event, EventKind
from bot.messenger.events import parse_delivery
from bot.messenger.graph import GraphClient
from bot.messenger.signature import HEADER, is_valid
from bot.simulator.parts import SimulatorParts, create_simulator

PAGE, APP, SECRET, TOKEN = "110022", "555000111", "demo-app-secret", "demo-page-token"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PATIENCE_SECONDS = 60


class Product:
    """Takes webhooks, remembers them in order, and fails as often as it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.events: list[Event] = []
        self.attempts = 0
        self.failures: list[int] = []
        self.news = asyncio.Condition()

    async def take(self, request: Request) -> Response:
        body = await request.body()
        assert is_valid(SECRET, body, request.headers.get(HEADER))
        async with self.news:
            self.attempts += 1
            self.news.notify_all()
            if self.failures:
                return Response(status_code=self.failures.pop(0))
            self.bodies.append(body)
            self.events += parse_delivery(json.loads(body), NOW).events
        return Response()

    async def until(self, condition: Callable[[list[Event]], object]) -> list[Event]:
        """Waits until the events so far satisfy the condition."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.news:
            await self.news.wait_for(lambda: condition(self.events))
        return self.events

    async def first(self, kind: EventKind) -> Event:
        events = await self.until(lambda so_far: any(each.kind is kind for each in so_far))
        return next(each for each in events if each.kind is kind)


class Socket:
    """A server on a free port that lives as long as the session; each test puts its own app behind it."""

    def __init__(self) -> None:
        self.app: FastAPI | None = None
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@asynccontextmanager
async def serving() -> AsyncIterator[Socket]:
    behind = Socket()
    config = uvicorn.Config(
        behind, host="127.0.0.1", port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    (socket,) = server.servers[0].sockets
    behind.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    yield behind
    server.should_exit = True
    await running


@pytest.fixture(scope="session")
async def product_socket() -> AsyncIterator[Socket]:
    async with serving() as behind:
        yield behind


@pytest.fixture(scope="session")
async def twin_socket() -> AsyncIterator[Socket]:
    async with serving() as behind:
        yield behind


class Side:
    """The customer's side of the twin: its API, at its address."""

    def __init__(self, parts: SimulatorParts, address: str, http: httpx.AsyncClient) -> None:
        self.twin, self.address, self.http = parts.twin, address, http

    async def act(self, psid: str = "1001", **body: Any) -> httpx.Response:
        return await self.http.post(f"/symulator/api/threads/{psid}/messages", json=body)

    async def thread(self, psid: str = "1001") -> dict[str, Any]:
        return dict((await self.http.get(f"/symulator/api/threads/{psid}")).json())

    async def put(self, path: str, **body: Any) -> httpx.Response:
        return await self.http.put(f"/symulator/api/{path}", json=body)

    async def graph(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> httpx.Response:
        """A call of the Graph API that the product itself never makes."""
        door = {"Authorization": f"Bearer {TOKEN}"}
        return await self.http.request(method, f"/symulator/graph/v26.0/{path}", json=body, headers=door)


def utility_template(name: str, **parameters: str) -> dict[str, Any]:
    """The message that sends an approved template with these named parameters."""
    values = [{"type": "text", "parameter_name": key, "text": value} for key, value in parameters.items()]
    components = [{"type": "body", "parameters": values}] if values else []
    return {"template": {"name": name, "language": {"code": "pl"}, "components": components}}


@pytest.fixture
async def product() -> Product:
    return Product()


@pytest.fixture
async def webhook_url(product: Product, product_socket: Socket) -> str:
    product_socket.app = FastAPI()
    product_socket.app.add_api_route("/webhook", product.take, methods=["POST"])
    return f"{product_socket.url}/webhook"


@pytest.fixture
async def parts(webhook_url: str) -> AsyncIterator[SimulatorParts]:
    parts = create_simulator(
        page_id=PAGE,
        page_name="TU Przystań",
        app_id=APP,
        app_secret=SECRET,
        page_token=TOKEN,
        webhook_url=webhook_url,
        clock=lambda: NOW,
    )
    async with parts.running():
        yield parts


@pytest.fixture
async def address(parts: SimulatorParts, twin_socket: Socket) -> str:
    twin_socket.app = FastAPI()
    twin_socket.app.include_router(parts.router)
    return twin_socket.url


@pytest.fixture(scope="session")
async def http(twin_socket: Socket) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=twin_socket.url, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
async def side(parts: SimulatorParts, address: str, http: httpx.AsyncClient) -> Side:
    return Side(parts, address, http)


@pytest.fixture
async def graph(address: str, http: httpx.AsyncClient) -> GraphClient:
    return GraphClient(f"{address}/symulator/graph", {PAGE: TOKEN}, http)
