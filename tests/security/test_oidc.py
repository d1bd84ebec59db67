"""Coming in by the company's own provider, a small one of the test's own: only with an account, and only as asked."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import select
from starlette.types import ASGIApp

from bot.errors import Rejected
from bot.settings import Settings
from bot.store import agents
from bot.store.database import Database, Tx
from bot.store.schema import audit
from handoff import account_acts
from handoff.accounts import BadAccount
from handoff.console.company_entrance import KEPT
from handoff.console.security import COOKIE
from handoff.desk import Desk
from handoff.oidc import Provider
from tests.handoff.conftest import HeldClock
from tests.handoff.test_console import BASE, HERE, application

CLIENT, SECRET, EMAIL = "konsola", "company-secret", "anna.lis@firma.example"


@cache
def key_of(_: str) -> RSAKey:
    """One for each name: making them takes its time."""
    return RSAKey.generate_key(2048, {"kid": "1"})


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@dataclass
class Company:
    """What the provider does; a test bends it. `claims` go into the token over what is right."""

    now: int
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: key_of("the company"))
    claims: dict[str, Any] = field(default_factory=dict)
    signing: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "1"})
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    away: bool = False

    def discovered(self) -> dict[str, Any]:
        at = self.issuer
        return {"issuer": at, "authorization_endpoint": f"{at}/go", "token_endpoint": f"{at}/t", "jwks_uri": f"{at}/k"}

    def lets(self, address: str) -> str:
        """Somebody agrees on the provider's page; the code with which they are sent back."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256" and asked["client_id"] == CLIENT
        self.codes["c1"] = asked
        return "c1"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if asked is None or proof.decode() != asked["code_challenge"] or form.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        right = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "exp": self.now + 60, "iat": self.now}
        right |= {"nonce": asked["nonce"], "email": EMAIL, "email_verified": True}
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        if self.header["alg"] == "none":
            token = ".".join([*(_part(part) for part in (self.header, claims)), ""])
        else:
            token = jwt.encode(self.header, claims, self.signing or self.key, algorithms=["RS256", "HS256"])
        return 200, {"id_token": token, "access_token": "x", "token_type": "Bearer"}


@pytest.fixture
def company(clock: HeldClock) -> Iterator[Company]:
    made = Company(int(clock().timestamp()))

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = KeySet([made.key]).as_dict(private=False)
            self._say(*(200, keys) if self.path == "/k" else (200, made.discovered()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*made.token({name: value[0] for name, value in parse_qs(body).items()}))

        def _say(self, code: int, content: object) -> None:
            self.send_response(500 if made.away else code)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def with_company(settings: Settings, company: Company) -> Settings:
    values = {"oidc_issuer": company.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    return settings.model_copy(update={**values, "public_url": BASE})


@pytest.fixture
def app(desk: Desk, database: Database, redis: Redis, with_company: Settings, clock: HeldClock) -> ASGIApp:
    return application(desk, database, redis, with_company, clock)


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=HERE) as client:
        yield client


async def knows(database: Database, identity: str, login: str = "anna") -> None:
    await database.run(
        lambda tx: account_acts.set_identity(tx, account_acts.find(tx, login), identity, who="system:cli", now=1)
    )


async def come_in(client: httpx.AsyncClient, company: Company, **bent: str) -> httpx.Response:
    away = await client.get("/konsola/wejscie/firma")
    assert away.status_code == 303, away.text
    address = away.headers["location"]
    assert address.startswith(f"{company.issuer}/go?")
    state = parse_qs(urlsplit(address).query)["state"][0]
    query = {"state": state, "code": company.lets(address), **bent}
    return await client.get("/konsola/wejscie/firma/powrot", params=query)


@pytest.mark.parametrize("identity", ["s-1", EMAIL.upper()])
async def test_whom_the_company_knows_and_an_account_names_comes_in(
    client: httpx.AsyncClient, company: Company, database: Database, identity: str
) -> None:
    assert "kontem firmowym" in (await client.get("/konsola/wejscie")).text
    await knows(database, identity)
    answer = await come_in(client, company)
    assert (answer.status_code, answer.headers["location"]) == (303, "/konsola")
    assert COOKIE in client.cookies and KEPT not in client.cookies
    assert "Anna" in (await client.get("/konsola")).text
    noted = await database.read(lambda tx: list(tx.scalars(select(audit.c.what).order_by(audit.c.id))))
    assert noted[-2:] == ["identity_set", "logged_in"]


async def test_the_session_that_the_browser_had_before_ends(
    client: httpx.AsyncClient, app: ASGIApp, company: Company, database: Database
) -> None:
    await knows(database, "s-1")
    await come_in(client, company)
    before = client.cookies[COOKIE]
    await come_in(client, company)
    assert client.cookies[COOKIE] != before
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies={COOKIE: before}) as thief:
        assert (await thief.get("/konsola")).headers.get("location", "").startswith("/konsola/wejscie")


# What is bent in the token → nobody comes in.
LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "old"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody"},
    "an audience of several": {"aud": [CLIENT, "somebody"]},
    "another issuer": {"iss": "https://zly.example"},
    "over": {"exp": 1},
    "without an end": {"exp": None},
    "an address that is not verified": {"sub": "s-2", "email_verified": False},
    "an address that stands as a subject": {"sub": EMAIL, "email_verified": False},
    "an address verified in words": {"sub": "s-2", "email_verified": "true"},
    "somebody else": {"sub": "s-2", "email": "ktos@firma.example"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_is_not_for_us_now_lets_nobody_in(
    client: httpx.AsyncClient, company: Company, database: Database, lie: str
) -> None:
    await knows(database, EMAIL)
    company.claims = LIES[lie]
    answer = await come_in(client, company)
    assert answer.status_code == 401 and "nie otwiera" in answer.text
    assert COOKIE not in client.cookies


async def test_a_token_signed_with_another_key_or_none_lets_nobody_in(
    client: httpx.AsyncClient, company: Company, database: Database
) -> None:
    await knows(database, "s-1")
    public = company.key.as_pem(private=False)
    for header, key in (
        ({"alg": "RS256", "kid": "1"}, key_of("somebody")),
        # The classic: the public key taken for a shared secret.
        ({"alg": "HS256", "kid": "1"}, OctKey.import_key(base64.b64encode(public))),
        ({"alg": "none"}, company.key),
    ):
        company.header, company.signing = header, key
        assert (await come_in(client, company)).status_code == 401, header
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("bent", [{"state": "x"}, {"state": ""}, {"code": "x"}, {"code": ""}], ids=str)
async def test_a_way_back_that_was_not_asked_for_lets_nobody_in(
    client: httpx.AsyncClient, company: Company, database: Database, bent: dict[str, str]
) -> None:
    await knows(database, "s-1")
    assert (await come_in(client, company, **bent)).status_code == 401
    assert COOKIE not in client.cookies


async def test_a_shift_that_comes_in_behind_one_address_is_no_guessing(
    desk: Desk, database: Database, redis: Redis, with_company: Settings, clock: HeldClock, company: Company
) -> None:
    await knows(database, "s-1")
    few = application(desk, database, redis, with_company.model_copy(update={"login_tries": 2}), clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(few), base_url=BASE, headers=HERE) as client:
        before = ""
        for _ in range(3):
            assert (await come_in(client, company)).headers["location"] == "/konsola"
            assert client.cookies[COOKIE] != before
            stale = {"Cookie": f"{COOKIE}={before}"}
            before = client.cookies[COOKIE]
        # Who comes in anew ends the session before, by this door as by the other.
        client.cookies.clear()
        assert (await client.get("/konsola", headers=stale)).status_code == 303
        said = [(await client.get("/konsola/wejscie/firma")).status_code for _ in range(3)]
        assert said == [303, 303, 429]


async def test_another_browser_and_a_late_one_are_not_let_in(
    client: httpx.AsyncClient, company: Company, database: Database, clock: HeldClock
) -> None:
    await knows(database, "s-1")
    away = await client.get("/konsola/wejscie/firma")
    query = {"state": parse_qs(urlsplit(away.headers["location"]).query)["state"][0], "code": "c1"}
    company.lets(away.headers["location"])
    kept = client.cookies[KEPT]
    client.cookies.clear()
    assert (await client.get("/konsola/wejscie/firma/powrot", params=query)).status_code == 401
    clock.pass_(minutes=11)
    # Of the provider's all is fresh: it is our own question that is old.
    company.now += 11 * 60
    company.lets(away.headers["location"])
    late = await client.get("/konsola/wejscie/firma/powrot", params=query, headers={"Cookie": f"{KEPT}={kept}"})
    assert late.status_code == 401 and COOKIE not in client.cookies


async def test_a_disabled_account_is_not_opened_and_an_away_provider_leaves_the_password(
    client: httpx.AsyncClient, company: Company, database: Database
) -> None:
    await knows(database, "s-1")

    def disable(tx: Tx) -> None:
        agents.change(tx, account_acts.find(tx, "anna").id, active=False)

    await database.run(disable)
    assert COOKIE not in client.cookies and (await come_in(client, company)).status_code == 401
    company.away = True
    page = await client.get("/konsola/wejscie/firma")
    assert page.status_code == 503 and 'name="haslo"' in page.text


async def test_an_account_that_is_shut_when_the_session_would_begin_stays_shut(
    client: httpx.AsyncClient, company: Company, database: Database, clock: HeldClock
) -> None:
    """By whichever door: a right password among many guesses at once is found while the others shut the account."""
    await knows(database, "s-1")
    until = int(clock().timestamp() * 1000) + 60_000
    await database.run(lambda tx: agents.change(tx, account_acts.find(tx, "anna").id, locked_until=until))
    assert (await come_in(client, company)).status_code == 401
    assert COOKIE not in client.cookies
    clock.pass_(minutes=2)
    company.now += 120
    assert (await come_in(client, company)).status_code == 303


async def test_one_identity_opens_one_account(database: Database) -> None:
    await knows(database, "s-1")
    with pytest.raises(BadAccount):
        await knows(database, "s-1", "marek")


def test_a_provider_is_reached_by_https_alone_and_only_when_set(settings: Settings, clock: HeldClock) -> None:
    values = {"oidc_issuer": "http://firma.example", "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    with pytest.raises(Rejected):
        Provider(settings.model_copy(update=values), BASE, clock)
    with pytest.raises(Rejected):
        Provider(settings.model_copy(update={"oidc_issuer": "https://firma.example"}), BASE, clock)
