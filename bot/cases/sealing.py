"""Encrypts sensitive answers (PESEL, account numbers) for SQL; the key is the installation's secret key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Rejected


class Sealer:
    """`secrets`: the newest first; older ones still open what they sealed, so a key can be changed."""

    def __init__(self, *secrets: str) -> None:
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in secrets])

    def seal(self, values: Mapping[str, Any]) -> bytes:
        return self._fernet.encrypt(orjson.dumps(dict(values)))

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Raises Rejected (`sealed_with_another_key`) when none of our keys fits."""
        try:
            opened: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Rejected(code="sealed_with_another_key") from None
        return opened

    def renew(self, sealed: bytes) -> bytes:
        """The same values under the newest key."""
        return self._fernet.rotate(sealed)


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dyzurny sealed answers").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
