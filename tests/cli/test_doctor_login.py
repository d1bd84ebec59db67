"""`dyzurny doctor` tells whether the company's own provider of logins is one that agents can come in by."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.supervisor.doctor import Finding, examine_one
from bot.supervisor.ports import free_port
from bot.supervisor.surroundings import load_settings
from handoff.oidc import look

SECRET = "what the company gave us"


class Provider:
    """What it says of itself; a test bends it. `pages`: path → JSON."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.description: dict[str, Any] = {
            "issuer": at,
            "authorization_endpoint": f"{at}/go",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
        }
        self.pages: dict[str, Any] = {
            "/.well-known/openid-configuration": self.description,
            "/keys": {"keys": [{"kty": "RSA"}]},
        }


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = made.pages.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


async def found(issuer: str, **instead: Any) -> Finding:
    given = {"oidc_client_id": "konsola", "oidc_client_secret": SecretStr(SECRET), "secret_key": SecretStr("x" * 32)}
    settings: Settings = load_settings(**{"oidc_issuer": issuer, **given, **instead})
    return await examine_one("login", look, settings)


async def test_without_a_provider_agents_have_passwords() -> None:
    assert (await found("")).well


async def test_a_provider_that_answers_and_is_well_formed_is_well(provider: Provider) -> None:
    finding = await found(provider.at)
    assert finding.well, finding.said


async def test_a_provider_that_is_away_is_not_well() -> None:
    finding = await found(f"http://127.0.0.1:{free_port()}")
    assert not finding.well and "does not answer" in finding.said


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"issuer": "https://elsewhere.example"}, "calls itself otherwise"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"authorization_endpoint": "http://company.example/go"}, "authorization_endpoint"),
        ({"jwks_uri": None}, "jwks_uri"),
    ],
)
async def test_a_provider_that_is_not_well_formed_is_named_with_what_it_lacks(
    provider: Provider, bent: dict[str, Any], said: str
) -> None:
    for name, value in bent.items():
        provider.description.pop(name)
        if value is not None:
            provider.description[name] = value
    finding = await found(provider.at)
    assert not finding.well and said in finding.said


async def test_an_address_that_is_no_provider_or_has_no_keys_is_not_well(provider: Provider) -> None:
    provider.pages["/keys"] = {"keys": []}
    assert "no keys" in (await found(provider.at)).said
    provider.pages.clear()
    finding = await found(provider.at)
    assert not finding.well and "DYZURNY_OIDC_ISSUER" in finding.said


async def test_half_a_configuration_is_named_and_no_secret_is(provider: Provider) -> None:
    finding = await found(provider.at, oidc_client_id="")
    assert not finding.well and "DYZURNY_OIDC_CLIENT_ID" in finding.said
    assert SECRET not in finding.said
