"""Lets agents in by the company's own provider (OpenID Connect): code flow with PKCE and nonce; knows no web page.

The provider says who somebody is, never that they may come in: that is for whoever writes the identity (the e-mail
address, or the provider's subject) to an account. Specification: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bot.cases.sealing import Sealer, sealer_of
from bot.clock import Clock, utc_now
from bot.errors import Refused, Rejected, Unavailable
from bot.settings import Settings
from bot.store.times import to_ms

# How long somebody may take at the provider's page.
LONGEST = timedelta(minutes=10)
# Signatures by a key that only the provider has; no "none", and no shared secret.
ALGORITHMS = ["RS256", "ES256"]
_LEEWAY_S = 60
_CALL_S = 10
ANOTHER_ISSUER = "another_issuer"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NotLetIn(Refused):
    """The provider's answer is not the one to our question, or says nothing of an account here; not said which."""

    code = "not_let_in"


class ProviderAway(Unavailable):
    code = "provider_away"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser goes, and what it keeps meanwhile, which only we can read."""

    address: str
    kept: str


class Provider:
    """`back`: our address to which the provider sends people back."""

    def __init__(self, settings: Settings, back: str, clock: Clock) -> None:
        if not _is_safe(settings.oidc_issuer):
            raise Rejected("DYZURNY_OIDC_ISSUER must begin with https.", code="issuer_not_https")
        if settings.oidc_client_secret is None or not settings.oidc_client_id:
            raise Rejected("DYZURNY_OIDC_CLIENT_ID and DYZURNY_OIDC_CLIENT_SECRET must be set.", code="no_client")
        _require_library()
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.client_id = settings.oidc_client_id
        self.client_secret = settings.oidc_client_secret.get_secret_value()
        self.back = back
        self.clock = clock
        self._sealer: Sealer = sealer_of(settings)

    async def leave(self) -> Leaving:
        """A question of its own for each who goes. Raises ProviderAway."""
        asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        found = await self._discovered()
        query = {
            "response_type": "code",
            "scope": "openid email",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "state": asked["state"],
            "nonce": asked["nonce"],
            "code_challenge": _challenge(asked["verifier"]),
            "code_challenge_method": "S256",
        }
        kept = self._sealer.seal({**asked, "at": to_ms(self.clock())})
        joint = "&" if "?" in found["authorization_endpoint"] else "?"
        address = f"{found['authorization_endpoint']}{joint}{urlencode(query)}"
        return Leaving(address, base64.urlsafe_b64encode(kept).decode())

    async def returned(self, kept: str, state: str, code: str) -> list[str]:
        """Under which identities the person is known there. Raises NotLetIn and ProviderAway."""
        asked = self._opened(kept)
        if not code or not hmac.compare_digest(str(asked["state"]).encode(), state.encode()):
            raise NotLetIn
        found = await self._discovered()
        answer = await self._call(
            "POST",
            found["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.back,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "code_verifier": asked["verifier"],
            },
        )
        keys = await self._call("GET", found["jwks_uri"])
        return _identities(self._claims(str(answer.get("id_token") or ""), keys, str(asked["nonce"])))

    async def look(self) -> str:
        """For `dyzurny doctor`: whether people could be sent there and come back. Raises Rejected with what to do."""
        try:
            found = await self._discovered()
            keys = (await self._call("GET", str(found["jwks_uri"]))).get("keys")
        except NotLetIn:
            raise Rejected("has no OpenID description there: check DYZURNY_OIDC_ISSUER") from None
        except ProviderAway as error:
            if error.code == ANOTHER_ISSUER:
                raise Rejected("calls itself otherwise: DYZURNY_OIDC_ISSUER must be just that") from None
            raise Rejected("does not answer as it should: check DYZURNY_OIDC_ISSUER and the way out to it") from None
        except KeyError:
            raise Rejected("does not name its keys (jwks_uri): it is no OpenID provider") from None
        missing = [name for name in ("authorization_endpoint", "token_endpoint") if not _is_safe(found.get(name))]
        if missing:
            raise Rejected(f"names no safe {' and '.join(missing)}: it is no OpenID provider")
        if not keys:
            raise Rejected("has no keys to sign with (jwks_uri)")
        return f"by password, and by {urlsplit(self.issuer).hostname}, which answers and is well-formed"

    def _opened(self, kept: str) -> dict[str, Any]:
        try:
            asked = self._sealer.open(base64.urlsafe_b64decode(kept.encode()))
            is_late = to_ms(self.clock()) - asked["at"] > LONGEST.total_seconds() * 1000
        except (ValueError, KeyError, Rejected):
            raise NotLetIn from None
        if is_late:
            raise NotLetIn
        return asked

    async def _discovered(self) -> dict[str, Any]:
        found = await self._call("GET", f"{self.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderAway(code=ANOTHER_ISSUER)
        return found

    async def _call(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        """JSON of the provider's. An error of its own (4xx) is its answer to who is asking: not let in."""
        try:
            async with httpx.AsyncClient(timeout=_CALL_S, verify=_trusted(), follow_redirects=False) as http:
                answer = await http.request(method, url, **sent)
            if answer.is_client_error:
                raise NotLetIn
            answer.raise_for_status()
            content = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise ProviderAway from None
        if not isinstance(content, dict):
            raise ProviderAway
        return content

    def _claims(self, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        now: datetime = self.clock()
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims)  # type: ignore[arg-type]
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotLetIn from None
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if str(claims["iss"]).rstrip("/") != self.issuer or (many and claims.get("azp") != self.client_id):
            raise NotLetIn
        return claims


async def look(settings: Settings) -> str:
    """How agents get in, for `dyzurny doctor`. Raises Rejected with what is wrong."""
    if not settings.oidc_issuer:
        return "by password; no provider of the company's is set"
    return await Provider(settings, settings.public_url, utc_now).look()


def _is_safe(address: object) -> bool:
    """Nobody between here and there can read along."""
    found = urlsplit(address) if isinstance(address, str) else None
    return found is not None and (found.scheme == "https" or found.hostname in _LOOPBACK)


def _identities(claims: dict[str, Any]) -> list[str]:
    """An address that the provider has not verified may be anybody's, also one that stands as a subject."""
    email = claims.get("email") if claims.get("email_verified") is True else None
    subject = str(claims["sub"])
    return [*([] if "@" in subject else [subject]), *([str(email).lower()] if email else [])]


@cache
def _trusted() -> ssl.SSLContext:
    """Read from the disk once."""
    return httpx.create_ssl_context()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _require_library() -> None:
    try:
        import joserfc  # noqa: F401
    except ImportError:
        raise Rejected("DYZURNY_OIDC_ISSUER needs the extra `oidc`: pip install 'dyzurny[oidc]'.") from None
