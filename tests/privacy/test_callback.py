"""The platform's data deletion callback, from its signed form to the page that says it is done."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

import webhook
from bot.clock import epoch_ms
from bot.intake.events import Events
from bot.intake.footprints import Footprints
from bot.intake.lanes import Claim
from bot.intake.media import Media
from bot.intake.ports import DeskPort
from bot.intake.turns import Turns
from bot.settings import Settings
from bot.store import Database, customers, messages, timers
from tests.privacy.conftest import NOW, ago, customer, file

SECRET = "demo-app-secret"


class SilentDesk:
    """The console, which is told of the erasure and has nothing to say here."""

    def changed(self, *_: Any, **__: Any) -> None:
        return


def signed(user_id: str, *, secret: str = SECRET, issued_at: int = 1_800_000_000) -> dict[str, str]:
    claims = {"algorithm": "HMAC-SHA256", "issued_at": issued_at, "user_id": user_id}
    content = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return {"signed_request": f"{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}.{content.decode()}"}


@pytest.fixture
async def http(settings: Settings, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    given = {"app_secret": SecretStr(SECRET), "verify_token": SecretStr("v"), "redis_url": redis_url}
    app = webhook.create_app(settings.model_copy(update=given))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        yield client


async def test_everything_under_the_id_is_erased_and_the_page_says_so(
    http: httpx.AsyncClient, database: Database, settings: Settings, redis: Redis
) -> None:
    media = settings.var_dir / "media"
    for page, psid in (("100", "7"), ("200", "7"), ("100", "8")):
        await database.run(lambda tx, page=page, psid=psid: customer(tx, psid, ago(days=1), page=page))  # type: ignore[misc]
        await database.run(
            lambda tx, page=page, psid=psid: file(tx, f"{page}:{psid}", media / f"{page}{psid}.jpg", ago(days=1))  # type: ignore[misc]
        )
        await redis.set(f"rasa:tracker:{page}:{psid}.0", "{}")
    answer = await http.post("/usuwanie-danych", data=signed("7"))
    assert answer.status_code == 200
    code = answer.json()["confirmation_code"]
    assert answer.json()["url"].endswith(f"/usuwanie-danych/{code}")
    assert "Dane są właśnie usuwane" in (await http.get(f"/usuwanie-danych/{code}")).text
    events = Events(
        database,
        cast(Turns, None),
        cast(DeskPort, SilentDesk()),
        cast(Media, None),
        settings,
        lambda: NOW,
        Footprints(redis),
    )
    due = await database.read(lambda tx: timers.due(tx, epoch_ms()))
    assert {timer.conversation_id for timer in due} == {"100:7", "200:7"}
    for timer in due:
        claim = Claim(timer.conversation_id, 1, 1, ())
        await events.handle(claim, {"internal": timer.event, "key": timer.id})
    assert "Dane zostały usunięte" in (await http.get(f"/usuwanie-danych/{code}")).text
    for id, kept in (("100:7", 0), ("200:7", 0), ("100:8", 1)):
        assert len(await database.read(lambda tx, id=id: messages.of_conversation(tx, id))) == kept  # type: ignore[misc]
        person = await database.read(lambda tx, id=id: customers.find(tx, id))  # type: ignore[misc]
        assert person is not None and (person.first_name is not None) is bool(kept)
    assert [path.name for path in media.iterdir()] == ["1008.jpg"]
    assert await redis.keys("rasa:tracker:*") == [b"rasa:tracker:100:8.0"]


async def test_a_request_that_comes_again_erases_nothing_that_came_after_it(
    http: httpx.AsyncClient, database: Database
) -> None:
    await database.run(lambda tx: customer(tx, "7", ago(days=1)))
    first = (await http.post("/usuwanie-danych", data=signed("7"))).json()
    [timer] = await database.read(lambda tx: timers.due(tx, epoch_ms()))
    await database.run(lambda tx: timers.remove(tx, timer.id))
    assert (await http.post("/usuwanie-danych", data=signed("7"))).json() == first
    assert await database.read(lambda tx: timers.due(tx, epoch_ms())) == []
    later = (await http.post("/usuwanie-danych", data=signed("7", issued_at=1_800_000_001))).json()
    assert later["confirmation_code"] != first["confirmation_code"]


async def test_who_is_not_known_under_the_platforms_id_reads_how_to_erase_in_the_chat(
    http: httpx.AsyncClient,
) -> None:
    code = (await http.post("/usuwanie-danych", data=signed("999"))).json()["confirmation_code"]
    page = await http.get(f"/usuwanie-danych/{code}")
    assert page.status_code == 200
    assert "usuń moje dane" in page.text
    assert "999" not in page.text.replace(code, "")


@pytest.mark.parametrize(
    "form",
    [{}, {"signed_request": "x"}, {"signed_request": "ż.ż"}, signed("7", secret="guessed"), {"x" * 9000: "y"}],
    ids=["empty", "no dot", "not ascii", "another secret", "oversize"],
)
async def test_what_the_platform_has_not_signed_is_refused_and_erases_nothing(
    http: httpx.AsyncClient, database: Database, form: dict[str, str]
) -> None:
    await database.run(lambda tx: customer(tx, "7", ago(days=1)))
    assert (await http.post("/usuwanie-danych", data=form)).status_code == 403
    assert await database.read(lambda tx: timers.due(tx, epoch_ms())) == []


@pytest.mark.parametrize("code", ["0" * 20, "<script>", "%00", "7F3A"])
async def test_a_code_that_nobody_was_given_is_not_found(http: httpx.AsyncClient, code: str) -> None:
    answer = await http.get(f"/usuwanie-danych/{code}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text
