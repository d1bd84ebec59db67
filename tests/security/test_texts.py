"""Naughty strings through everything that takes text: no fault, no command, no line of their own in a log."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
import structlog
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError
from redis.asyncio import Redis

from bot import logs
from bot.dialogue.answers import parse_answer
from bot.dialogue.answers.model import Kind
from bot.dialogue.turns import ATTACHMENT_MESSAGE, Input
from bot.intake.lanes import lanes
from bot.intake.reception import Reception, Verdict
from bot.language import Address, escape, inflect, vocative
from bot.language.linter import check_draft
from bot.messenger.events import parse_delivery
from bot.messenger.signature import sign
from bot.settings import DEMO_PAGE, Settings
from bot.store import agents
from bot.store.agents import Role
from bot.store.database import Database, Tx
from handoff.console.routes import PARTS
from tests.handoff.conftest import HeldClock, Street
from tests.security.texts import COMMANDS, NAUGHTY, SLASHES_OF_OTHERS

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SECRET = "app-secret"


def delivery(text: str, mid: str = "m_1") -> bytes:
    item = {"sender": {"id": "7"}, "recipient": {"id": "100"}, "timestamp": 1_800_000_000_000}
    said = {**item, "message": {"mid": mid, "text": text}}
    return json.dumps({"object": "page", "entry": [{"id": "100", "time": 1, "messaging": [said]}]}).encode()


@pytest.fixture
def reception(redis: Redis, settings: Settings, clock: HeldClock) -> Reception:
    return Reception(lanes(redis, settings.lease).inward, SECRET, clock)


@pytest.mark.parametrize("kind", NAUGHTY)
async def test_every_naughty_text_is_taken_from_the_platform(reception: Reception, kind: str) -> None:
    body = delivery(NAUGHTY[kind])
    verdict = await reception.take(body, sign(SECRET, body))
    # JSON that escapes a lone surrogate is none to a strict parser, and no client of the platform's writes it.
    assert verdict is Verdict.TAKEN or (kind == "lone_surrogate" and verdict is Verdict.NOT_JSON)


async def test_a_delivery_that_is_replayed_is_taken_and_put_into_no_mailbox_again(
    reception: Reception, redis: Redis
) -> None:
    body = delivery("Dzień dobry")
    for _ in range(3):
        assert await reception.take(body, sign(SECRET, body)) is Verdict.TAKEN
    mail = [key async for key in redis.scan_iter("dyzurny:mail:*")]
    assert len(mail) == 1
    assert await redis.llen(mail[0]) == 1


async def test_what_is_unsigned_or_signed_otherwise_reaches_no_mailbox(reception: Reception, redis: Redis) -> None:
    body = delivery("Dzień dobry")
    for signature in (None, "", sign("another", body), sign(SECRET, body + b" "), "sha1=0"):
        assert await reception.take(body, signature) is Verdict.FORGED
    assert [key async for key in redis.scan_iter("dyzurny:mail:*")] == []


@pytest.mark.parametrize("text", [*COMMANDS, *SLASHES_OF_OTHERS])
def test_a_customers_text_is_never_a_command_to_rasa(text: str) -> None:
    message = Input(turn_id="m_1", at=NOW, text=text).message()
    assert not message.strip().startswith("/")
    assert message


@given(st.text(alphabet="/ \t\n\r\x0b\x0c\x1c\x85\u00a0\u2028\u3000re{}", max_size=12))
def test_no_mixture_of_slashes_and_spaces_makes_a_command(text: str) -> None:
    message = Input(turn_id="m_1", at=NOW, text=text).message()
    assert not message.strip().startswith("/")
    assert message == ATTACHMENT_MESSAGE or message in text


@pytest.mark.parametrize("kind", NAUGHTY)
def test_every_naughty_text_is_read_rendered_and_checked(kind: str) -> None:
    text = NAUGHTY[kind]
    for wanted in Kind:
        parse_answer(wanted, text, NOW, options=["ac", "oc"])
    assert inflect(escape(text), Address.PANI) == text
    vocative(text)
    check_draft(text[:20_000], Address.PAN)
    parse_delivery({"object": "page", "entry": [{"id": text, "messaging": [{"message": {"text": text}}]}]}, NOW)


# Streams never end; whoever logs out could try nothing further.
NOT_TRIED = {"/konsola/zdarzenia", "/konsola/wyjscie", "/konsola/haslo"}


def asked() -> list[APIRoute]:
    return [route for part in PARTS for route in part.routes if isinstance(route, APIRoute)]


def fields(route: APIRoute) -> tuple[list[str], list[str]]:
    """Names of what stands in the query and in the form."""
    flat = [route.dependant, *route.dependant.dependencies]
    query = [field.alias for each in flat for field in each.query_params]
    form = [field.alias for each in flat for field in each.body_params]
    return query, form


async def answers(client: httpx.AsyncClient, id: str, text: str) -> dict[str, int]:
    """Every address of the console with `text` wherever text may stand; the statuses that are faults."""
    wrong = {}
    sent = text.encode("utf-8", "replace").decode()
    for route in asked():
        path = f"/konsola{route.path}"
        if path in NOT_TRIED or "wylacz" in path:
            continue
        query, form = fields(route)
        address = path.replace("/rozmowa/{id}", f"/rozmowa/{id}").replace("{name}", "x")
        for gap in ("{id}", "{slot}", "{kod}", "{version}"):
            address = address.replace(gap, "telefon" if gap == "{slot}" else "1")
        while "{" in address:
            address = address[: address.index("{")] + "1" + address[address.index("}") + 1 :]
        values = dict.fromkeys(query, sent[:1000])
        data = dict.fromkeys(form, sent) | {"klucz": "klucz-klucz"}
        for method in route.methods or ():
            answer = await client.request(method, address, params=values, data=data if method == "POST" else None)
            if answer.status_code >= 500:
                wrong[f"{method} {path}"] = answer.status_code
    return wrong


async def _administers(database: Database) -> None:
    def change(tx: Tx) -> None:
        found = agents.find_by_login(tx, "anna")
        assert found is not None
        agents.change(tx, found.id, role=Role.ADMINISTRATOR.value)

    await database.run(change)


@pytest.mark.parametrize("kind", NAUGHTY)
async def test_no_address_of_the_console_fails_over_a_naughty_text(
    anna_in: httpx.AsyncClient, database: Database, street: Street, kind: str
) -> None:
    await _administers(database)
    id = await street.customer(first_name=NAUGHTY[kind].encode("utf-8", "replace").decode().replace("\x00", ""))
    await street.asks_for_a_person(id)
    await anna_in.post(f"/konsola/rozmowa/{id}/przejmij")
    assert await answers(anna_in, id, NAUGHTY[kind]) == {}


async def test_numbers_beyond_every_database_are_refused(anna_in: httpx.AsyncClient, database: Database) -> None:
    await _administers(database)
    for number in ("9223372036854775808", "-1", "NaN"):
        for route in asked():
            path = f"/konsola{route.path}"
            numeric = any(field.alias in path for field in route.dependant.path_params)
            if path in NOT_TRIED or not numeric:
                continue
            while "{" in path:
                path = path[: path.index("{")] + number + path[path.index("}") + 1 :]
            for method in route.methods or ():
                data = dict.fromkeys(fields(route)[1], number)
                params = dict.fromkeys(fields(route)[0], number)
                answer = await anna_in.request(method, path, params=params, data=data if method == "POST" else None)
                assert answer.status_code < 500, (method, path, number)


async def test_a_nul_is_refused_wherever_it_stands(anna_in: httpx.AsyncClient, street: Street) -> None:
    id = await street.customer()
    assert (await anna_in.get("/konsola/lista", params={"q": "a\x00b"})).status_code == 400
    assert (await anna_in.get("/konsola/rozmowa/100%00:7")).status_code == 400
    assert (await anna_in.post(f"/konsola/rozmowa/{id}/notatka", data={"tekst": "a\x00b"})).status_code == 400


@given(text=st.text(max_size=60))
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_search_finds_or_does_not_find_and_never_fails(anna_in: httpx.AsyncClient, text: str) -> None:
    sent = text.encode("utf-8", "replace").decode()
    assert (await anna_in.get("/konsola/lista", params={"q": sent})).status_code in (200, 400)


async def test_script_in_a_customers_name_is_shown_and_does_not_run(anna_in: httpx.AsyncClient, street: Street) -> None:
    id = await street.customer(first_name="<script>alert(1)</script>")
    await street.asks_for_a_person(id)
    page = (await anna_in.get(f"/konsola/rozmowa/{id}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    # In place of stderr itself, which pytest changes between the fixture and the test.
    monkeypatch.setattr(logs._Stderr, "write", staticmethod(written.write))
    logs.configure("INFO")
    yield written
    structlog.reset_defaults()


@pytest.mark.parametrize("kind", [kind for kind in NAUGHTY if kind != "lone_surrogate"])
def test_no_value_makes_a_log_line_of_its_own(output: io.StringIO, kind: str) -> None:
    logs.logger("test").info("event", conversation=NAUGHTY[kind])
    lines = output.getvalue().split("\n")
    assert len(lines) == 2
    assert json.loads(lines[0])["event"] == "event"


def test_settings_show_no_secret_when_printed_or_wrong() -> None:
    secrets = {"app_secret": "s3cret-a", "verify_token": "s3cret-b", "secret_key": "s3cret-c", "crm_token": "s3cret-d"}
    addresses = {"redis_url": "redis://:s3cret-e@r/0", "database_url": "postgresql+psycopg://u:s3cret-f@p/d"}
    made = Settings.model_validate({**secrets, **addresses, "page_tokens": {"1": "s3cret-g"}})
    assert "s3cret" not in repr(made) + str(made)
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({"page_tokens": "s3cret-h", "port": "s3cret-i"})
    assert "s3cret" not in str(wrong.value)


def test_the_simulator_never_stands_beside_a_real_pages_token() -> None:
    assert Settings.model_validate({"demo": True}).has_simulator
    assert not Settings.model_validate({"demo": True, "page_tokens": {"1234": "token"}}).has_simulator
    assert not Settings.model_validate({"demo": True, "page_tokens": {"1234": "t", DEMO_PAGE: "t"}}).has_simulator
    assert not Settings.model_validate({"demo": False}).has_simulator
