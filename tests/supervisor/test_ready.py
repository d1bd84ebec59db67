"""Readiness is what a server answers, asked over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.supervisor.faults import CannotRun
from bot.supervisor.ports import free_port
from bot.supervisor.ready import page_answers, rasa_understands, redis_answers


class Answering(ThreadingHTTPServer):
    """A server that gives every request the same answer."""

    status = 200
    body: object = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        assert isinstance(self.server, Answering)
        body = json.dumps(self.server.body).encode()
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Answering]:
    with Answering(("127.0.0.1", 0), _Answer) as answering:
        thread = Thread(target=answering.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield answering
        answering.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
async def test_a_page_is_ready_when_it_answers_200(server: Answering, status: int, ready: bool) -> None:
    server.status = status
    assert await page_answers(f"{server.url}/healthz")() is ready


@pytest.mark.parametrize(
    ("body", "ready"),
    [
        ({"intent": {"name": "powitanie", "confidence": 0.9}}, True),
        ({"intent": {"name": None, "confidence": 0.0}}, False),
        ({"intent": None}, False),
        ({}, False),
    ],
)
async def test_rasa_is_ready_when_it_finds_an_intent(server: Answering, body: object, ready: bool) -> None:
    server.body = body
    assert await rasa_understands([server.url])() is ready


async def test_every_rasa_must_understand(server: Answering) -> None:
    server.body = {"intent": {"name": "powitanie"}}
    assert await rasa_understands([server.url, f"http://127.0.0.1:{free_port()}"])() is False


async def test_a_rasa_without_a_model_is_not_waited_for(server: Answering) -> None:
    server.status = 409
    with pytest.raises(CannotRun, match="could not load"):
        await rasa_understands([server.url])()


async def test_nobody_listening_is_not_ready_and_no_error() -> None:
    nowhere = free_port()
    assert await page_answers(f"http://127.0.0.1:{nowhere}/healthz")() is False
    assert await rasa_understands([f"http://127.0.0.1:{nowhere}"])() is False
    assert await redis_answers(f"redis://127.0.0.1:{nowhere}/0")() is False


async def test_redis_is_ready_when_it_answers(redis_url: str) -> None:
    assert await redis_answers(redis_url)() is True
