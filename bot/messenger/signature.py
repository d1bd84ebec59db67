"""Proves that a request came from Meta; knows nothing of what is in it.

Sources: developers.facebook.com/docs/graph-api/webhooks/getting-started (X-Hub-Signature-256) and
…/app-dashboard/data-deletion-callback (signed_request).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from bot.messenger.json_values import as_id, as_object, as_time

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What the data deletion callback carries. `user_id` is app-scoped: it is not the customer's PSID."""

    user_id: str
    issued_at: datetime | None
    expires: datetime | None


def sign(secret: str, body: bytes) -> str:
    """The header's value for a body, over its bytes exactly as they travel."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_valid(secret: str, body: bytes, header: str | None) -> bool:
    """Whether the header fits the raw body. Give the bytes as received: a re-dumped body has another hash."""
    return header is not None and hmac.compare_digest(sign(secret, body).encode(), header.encode("utf-8", "replace"))


def parse_signed_request(secret: str, value: str) -> SignedRequest | None:
    """The content of a `signed_request`, or None if it is malformed or its signature is not ours."""
    signature, _, encoded = value.partition(".")
    expected = hmac.new(secret.encode(), encoded.encode("utf-8", "replace"), hashlib.sha256).digest()
    given = _decoded(signature)
    content = _decoded(encoded)
    if given is None or content is None or not hmac.compare_digest(expected, given):
        return None
    try:
        claims = as_object(json.loads(content))
    except (ValueError, RecursionError):
        return None
    user_id = as_id(claims.get("user_id"))
    if claims.get("algorithm") != "HMAC-SHA256" or user_id is None:
        return None
    return SignedRequest(user_id, as_time(claims.get("issued_at")), as_time(claims.get("expires")))


def _decoded(part: str) -> bytes | None:
    """URL-safe base64 without padding."""
    try:
        return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
