"""The outermost layer: headers on every answer, bodies with an end, addresses that are believed or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Form
from pydantic import SecretStr

import webhook
from bot.front.face import HEADERS, LONGEST_FORM, Face
from bot.front.visitors import Visitor, networks, visitor
from bot.messenger.signature import sign
from bot.settings import Settings

SAFE = {name.decode() for name in HEADERS}
BODY = b'{"object":"page","entry":[]}'


@pytest.fixture
async def web(tmp_path: Path, redis_url: str, migrated_file: bytes) -> AsyncIterator[FastAPI]:
    """The whole web process, with its simulator, in demo mode behind https."""
    (tmp_path / "record.db").write_bytes(migrated_file)
    app = webhook.create_app(
        Settings.model_validate(
            {
                "demo": True,
                "app_secret": SecretStr("app-secret"),
                "verify_token": SecretStr("verify-me"),
                "secret_key": SecretStr("k" * 32),
                "var_dir": tmp_path,
                "database_url": f"sqlite:///{tmp_path / 'record.db'}",
                "redis_url": redis_url,
                "public_url": "https://dyzurny.example",
                "forged_deliveries": 3,
            }
        )
    )
    async with app.router.lifespan_context(app):
        yield app


def calling(app: FastAPI, peer: str = "203.0.113.7") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://dyzurny.test")


async def test_every_answer_carries_safe_headers_and_allows_nothing_inline(web: FastAPI) -> None:
    paths = ["/webhook", "/healthz", "/metrics", "/nowhere", "/konsola", "/konsola/wejscie", "/konsola/plik/x"]
    async with calling(web) as client:
        for path in [*paths, "/konsola/static/1/htmx.min.js", "/symulator", "/symulator/static/symulator.js"]:
            for method in ("GET", "POST", "DELETE"):
                answer = await client.request(method, path)
                assert set(answer.headers) >= SAFE, (method, path)
                policy = answer.headers["content-security-policy"]
                assert "frame-ancestors" in policy, (method, path)
                assert "unsafe" not in policy, (method, path)
                assert answer.headers["strict-transport-security"], (method, path)


async def test_forgers_are_no_longer_read_and_others_are(web: FastAPI) -> None:
    async with calling(web) as forger, calling(web, "203.0.113.8") as meta:
        said = [(await forger.post("/webhook", content=BODY)).status_code for _ in range(5)]
        assert said == [403, 403, 403, 429, 429]
        signed = {"X-Hub-Signature-256": sign("app-secret", BODY)}
        assert (await meta.post("/webhook", content=BODY, headers=signed)).status_code == 200


async def test_forgers_behind_a_proxy_nobody_named_do_not_shut_out_the_platform(web: FastAPI) -> None:
    async with calling(web) as proxy:
        forwarded = {"X-Forwarded-For": "198.51.100.1"}
        for _ in range(5):
            assert (await proxy.post("/webhook", content=BODY, headers=forwarded)).status_code == 403
        signed = {"X-Hub-Signature-256": sign("app-secret", BODY), **forwarded}
        assert (await proxy.post("/webhook", content=BODY, headers=signed)).status_code == 200


async def test_a_connection_that_breaks_in_the_middle_is_no_forgery(web: FastAPI) -> None:
    said: list[object] = []

    async def send(message: object) -> None:
        said.append(message)

    for _ in range(5):
        heard: list[dict[str, Any]] = [
            {"type": "http.request", "body": BODY[:9], "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive(heard: list[dict[str, Any]] = heard) -> dict[str, Any]:
            return heard.pop(0)

        scope = {"type": "http", "method": "POST", "path": "/webhook", "headers": [], "client": ("203.0.113.7", 1)}
        await web(scope, receive, send)
    async with calling(web) as meta:
        signed = {"X-Hub-Signature-256": sign("app-secret", BODY)}
        assert (await meta.post("/webhook", content=BODY, headers=signed)).status_code == 200
    assert said == []


async def test_no_answer_leads_to_whatever_host_was_called(web: FastAPI) -> None:
    async with calling(web) as client:
        for path in ("/konsola/", "/konsola", "/webhook/", "/healthz/", "/konsola/wejscie/", "//zly.example/konsola/"):
            answer = await client.get(path, headers={"Host": "zly.example"})
            assert "zly.example" not in answer.headers.get("location", ""), path
        # Whoever types a slash too many is led on all the same.
        assert (await client.get("/konsola/")).headers["location"] == "/konsola"


def faced(public_url: str = "http://127.0.0.1:8000") -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("a fault of ours")

    @app.post("/konsola/form")
    async def form(text: str = Form("")) -> int:
        return len(text)

    app.middleware_stack = Face(app.build_middleware_stack(), public_url)
    return app


async def test_a_fault_of_ours_answers_with_safe_headers_and_says_nothing() -> None:
    async with calling(faced()) as client:
        answer = await client.get("/fault")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert set(answer.headers) >= SAFE


async def test_only_behind_https_are_browsers_told_to_stay_there() -> None:
    async with calling(faced()) as client:
        assert "strict-transport-security" not in (await client.get("/fault")).headers
    async with calling(faced("https://dyzurny.example")) as client:
        assert "strict-transport-security" in (await client.get("/fault")).headers


async def test_a_body_that_is_too_long_is_refused_announced_or_not() -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    async def in_pieces() -> AsyncIterator[bytes]:
        yield b"text="
        for _ in range(LONGEST_FORM // 65_536):
            yield b"a" * 65_536

    async with calling(faced()) as client:
        assert (await client.post("/konsola/form", data={"text": "a" * 1000})).json() == 1000
        announced = await client.post("/konsola/form", content=b"text=" + b"a" * LONGEST_FORM, headers=form)
        assert announced.status_code == 413
        assert (await client.post("/konsola/form", content=in_pieces(), headers=form)).status_code == 413
        unread = {**form, "Content-Length": str(LONGEST_FORM + 1)}
        assert (await client.post("/konsola/form", content=untouched(), headers=unread)).status_code == 413


async def untouched() -> AsyncIterator[bytes]:
    pytest.fail("what is announced as too long is not read")
    yield b""


async def test_a_delivery_that_is_too_long_is_refused_announced_or_not(web: FastAPI) -> None:
    limit = Settings.model_fields["body_limit"].default

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(limit // 65_536 + 1):
            yield b"a" * 65_536

    async with calling(web) as client:
        assert (await client.post("/webhook", content=in_pieces())).status_code == 413
        announced = {"Content-Length": str(limit + 1)}
        assert (await client.post("/webhook", content=untouched(), headers=announced)).status_code == 413


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "found"),
    [
        ("", "203.0.113.7", "", Visitor("203.0.113.7", is_alone=True)),
        ("", "10.0.0.1", "1.2.3.4", Visitor("10.0.0.1", is_alone=False)),
        ("10.0.0.0/8", "10.0.0.1", "1.2.3.4", Visitor("1.2.3.4", is_alone=True)),
        # The customer wrote the first one, the proxies the others.
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", Visitor("1.2.3.4", is_alone=True)),
        ("10.0.0.0/8", "203.0.113.7", "1.2.3.4", Visitor("203.0.113.7", is_alone=True)),
        ("10.0.0.0/8", "10.0.0.1", "", Visitor("10.0.0.1", is_alone=False)),
        ("10.0.0.0/8", "10.0.0.1", "nonsense", Visitor("unknown", is_alone=False)),
        ("", "2001:db8:1:2:3:4:5:6", "", Visitor("2001:db8:1:2::/64", is_alone=True)),
        ("", None, "", Visitor("unknown", is_alone=False)),
    ],
)
def test_only_the_proxies_that_are_named_are_believed(
    trusted: str, peer: str | None, forwarded: str, found: Visitor
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert visitor(peer, headers, networks(trusted)) == found
