"""Marker words in everything a customer gives, and faults of every kind in the middle: no log, no page shows one."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, SecretStr
from redis.asyncio import Redis
from sqlalchemy import insert, select

import webhook
from bot.clock import epoch_ms
from bot.dialogue.turns import Input, Turn
from bot.intake.lives import NOBODY, Life
from bot.intake.reception import Reception
from bot.intake.worker import Worker
from bot.language.errors import MarkupError
from bot.messenger.signature import sign
from bot.settings import DEMO_PAGE, Settings
from bot.store import Database, messages
from bot.store.schema import buttons, set_aside
from bot.supervisor.ports import free_port

TEXT, NAME, ANSWER, TITLE, TOKEN = "Brzęczyszczyk", "Grzegorzewicz", "44051401359", "zwolnienie-lekarskie", "tajnyklucz"
PSID = "910700"
MARKERS = (TEXT, NAME, ANSWER, TITLE, TOKEN)


class Strict(BaseModel):
    number: int


def statement_that_fails() -> Exception:
    """As the driver raises it, with what was to be written in its parameters."""
    database = Database("sqlite://")
    with pytest.raises(Exception) as caught, database.engine.begin() as connection:
        connection.execute(insert(buttons).values(token=TOKEN, command={"text": TEXT}))
    database.close()
    return caught.value


def wrong_value() -> Exception:
    with pytest.raises(ValueError) as caught:
        Strict.model_validate({"number": f"{TEXT} {ANSWER}"})
    return caught.value


def refused_call() -> Exception:
    request = httpx.Request("POST", f"https://graph.example/me?access_token={TOKEN}", content=TEXT)
    return httpx.HTTPStatusError(f"403 for {request.url} {TEXT}", request=request, response=httpx.Response(403))


def chained() -> Exception:
    error = RuntimeError(TEXT)
    error.__cause__, error.__context__ = KeyError(ANSWER), ValueError(NAME)
    error.add_note(TITLE)
    return error


FAULTS: dict[str, Callable[[], BaseException]] = {
    "statement": statement_that_fails,
    "value": wrong_value,
    "call": refused_call,
    "connection": lambda: httpx.ConnectError(f"{TEXT} {TOKEN}"),
    "json": lambda: json.JSONDecodeError(TEXT, f"{NAME} {ANSWER}", 0),
    "encoding": lambda: UnicodeEncodeError("ascii", TEXT, 0, 1, NAME),
    "markup": lambda: MarkupError(TEXT, NAME, ANSWER),
    "chained": chained,
    "group": lambda: ExceptionGroup(TEXT, [ValueError(ANSWER), KeyError(NAME)]),
}


class Echoing:
    """A dialogue that keeps what it was told in its snapshot, and fails when it is to."""

    def __init__(self) -> None:
        self.fault: BaseException | None = None

    def moves(self, _: object) -> bool:
        return False

    async def take_turn(self, conversation: object, customer: object, given: Input, **_: object) -> Turn:
        if self.fault is not None:
            raise self.fault
        frame = {"flow": "kontakt", "fields": {"pesel": {"value": ANSWER, "raw": given.text}}}
        return Turn(state={"v": 1, "stack": [frame]}, understood={"intent": "kontakt"})


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, migrated_file: bytes) -> Settings:
    (tmp_path / "markers.db").write_bytes(migrated_file)
    given = {
        "demo": True,
        "app_secret": SecretStr(f"{TOKEN}-app"),
        "verify_token": SecretStr(f"{TOKEN}-verify"),
        "secret_key": SecretStr(f"{TOKEN}-key"),
        "port": free_port(),
        "redis_url": redis_url,
        "database_url": f"sqlite:///{tmp_path / 'markers.db'}",
        "var_dir": tmp_path,
        "max_attempts": 1,
        "thread_rate": 1000,
        "thread_burst": 1000,
    }
    return Settings.model_validate(given)


@asynccontextmanager
async def serving(app: FastAPI, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """As `dyzurny web` serves it; what it writes goes to this process' stderr."""
    server = uvicorn.Server(uvicorn.Config(app, port=settings.port, access_log=False, lifespan="on"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    base = f"http://127.0.0.1:{settings.port}"
    try:
        async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=10) as client:
            yield client
    finally:
        server.should_exit = True
        await running


def delivery(psid: str, n: int) -> bytes:
    said = {
        "mid": f"m_{psid}_{n}",
        "text": f"{TEXT} PESEL {ANSWER}",
        "attachments": [{"type": "file", "payload": {"url": f"https://x.example/{TITLE}.pdf?token={TOKEN}"}}],
    }
    item = {"sender": {"id": psid}, "recipient": {"id": DEMO_PAGE}, "timestamp": epoch_ms(), "message": said}
    return json.dumps({"object": "page", "entry": [{"id": DEMO_PAGE, "time": 1, "messaging": [item]}]}).encode()


async def set_aside_of(worker: Worker) -> list[str]:
    return await worker.database.read(lambda tx: list(tx.scalars(select(set_aside.c.error))))


async def written_by_customer(worker: Worker) -> list[str]:
    found = await worker.database.read(lambda tx: messages.of_conversation(tx, f"{DEMO_PAGE}:{PSID}", limit=50))
    return [one.text or "" for one in found if one.author == "customer"]


async def quiet(redis: Redis) -> None:
    async with asyncio.timeout(60):
        while await _under_way(redis):  # noqa: ASYNC110  nothing tells when the last lane is empty
            await asyncio.sleep(0.02)


async def _under_way(redis: Redis) -> int:
    sets = [f"dyzurny:lane:{lane}:{of}" for lane in ("in", "out") for of in ("due", "held")]
    return sum([await redis.zcard(name) for name in sets])


def assert_unmarked(what: str, found: str) -> None:
    words = [marker for marker in MARKERS if marker in found or json.dumps(marker)[1:-1] in found]
    where = [found[max(0, at.start() - 200) : at.end() + 50] for word in words for at in re.finditer(word, found)]
    assert not words, f"{what} shows {words}: {where[:3]}"


async def test_no_marker_is_in_logs_metrics_pages_or_redis_whatever_fails(
    settings: Settings, redis_url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[webhook.Services] = []
    compose = webhook.compose

    def composing(settings: Settings, life: Life = NOBODY) -> webhook.Services:
        made.append(compose(settings, life))
        return made[-1]

    monkeypatch.setattr(webhook, "compose", composing)
    app, worker = webhook.create_app(settings), webhook.create_worker(settings)
    dialogue = Echoing()
    worker.events.turns.dialogue = dialogue  # type: ignore[assignment]
    redis = Redis.from_url(redis_url)
    async with serving(app, settings) as client:
        named = {"first_name": NAME, "last_name": NAME}
        (await client.put(f"/symulator/api/threads/{PSID}/profile", json=named)).raise_for_status()
        working = asyncio.create_task(worker.run())
        pages = []
        file = {"type": "file", "url": f"https://x.example/{TITLE}.pdf?token={TOKEN}"}
        for said in ({"text": f"{TEXT} PESEL {ANSWER}"}, {"attachment": file}):
            (await client.post(f"/symulator/api/threads/{PSID}/messages", json=said)).raise_for_status()
        async with asyncio.timeout(60):
            while len(await written_by_customer(worker)) < 2:  # noqa: ASYNC110  the platform's delivery takes its time
                await asyncio.sleep(0.02)
        for n, fault in enumerate(FAULTS.values()):
            dialogue.fault = fault()
            body = delivery(PSID, n)
            header = {"X-Hub-Signature-256": sign(f"{TOKEN}-app", body)}
            pages.append(await client.post("/webhook", content=body, headers=header))
            await quiet(redis)
            # And in the web process, where the framework itself answers.
            with monkeypatch.context() as patch:
                patch.setattr(Reception, "take", _raising(fault()))
                pages.append(await client.post("/webhook", content=body, headers=header))
                assert pages[-1].status_code == 500
        pages.append(await client.get(f"/konsola/{TEXT}", params={"q": TOKEN}))
        pages.append(await client.post("/usuwanie-danych", content=f"signed_request={TEXT}.{TOKEN}"))
        pages.append(await client.get("/metrics"))
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    errors = await set_aside_of(worker)
    assert len(errors) == len(FAULTS), "every fault was met"
    written = capfd.readouterr()
    assert "event_failed" in written.err and "ExceptionGroup" in written.err
    assert_unmarked("the log", written.err + written.out)
    for page in pages:
        assert_unmarked(f"{page.url.path} {page.status_code}", page.text + str(page.headers))
    assert_unmarked("what is set aside, in its reason", " ".join(errors))
    async for key in redis.scan_iter("*"):
        kept = await redis.dump(key)
        assert_unmarked(f"Redis {key!r}", key.decode() + (kept or b"").decode("utf-8", "replace"))
    await redis.aclose()
    assert any(TEXT in text for text in await written_by_customer(worker)), "the markers went all the way"
    await made[1].close()


def _raising(error: BaseException) -> Callable[..., object]:
    async def take(*_: object) -> None:
        raise error

    return take
