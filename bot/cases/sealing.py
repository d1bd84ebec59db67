"""Encrypts sensitive answers for SQL with the installation's secret keys; each sealed value names its key.

A sealed value is FORM, the key's id, a nonce, and AES-256-GCM of the values as JSON. What earlier versions sealed is a
Fernet token without a key's id; it is still opened.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Rejected

if TYPE_CHECKING:
    from bot.settings import Settings

# A Fernet token begins with a letter.
FORM = b"\x01"
_ID_LENGTH = 4
_NONCE_LENGTH = 12
_HEAD = len(FORM) + _ID_LENGTH
# What the id of a value is that an earlier version sealed.
WITHOUT_ID = "-"


class Sealer:
    """`secrets`: the newest first; older ones still open what they sealed, so a key can be changed."""

    def __init__(self, *secrets: str) -> None:
        keys = [(_derived(secret, b"key id", _ID_LENGTH), AESGCM(_derived(secret, b"AES-GCM"))) for secret in secrets]
        self._newest = keys[0]
        self._keys = dict(reversed(keys))
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, b""))) for secret in secrets])

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return self._newest[0].hex()

    def seal(self, values: Mapping[str, Any]) -> bytes:
        id, key = self._newest
        nonce = os.urandom(_NONCE_LENGTH)
        return FORM + id + nonce + key.encrypt(nonce, orjson.dumps(dict(values)), None)

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Raises Rejected (`sealed_with_another_key`) when none of our keys fits."""
        try:
            opened: dict[str, Any] = orjson.loads(self._decrypted(sealed))
        except (InvalidToken, InvalidTag, KeyError):
            raise Rejected(code="sealed_with_another_key") from None
        return opened

    def _decrypted(self, sealed: bytes) -> bytes:
        if not sealed.startswith(FORM):
            return self._fernet.decrypt(sealed)
        nonce, rest = sealed[_HEAD : _HEAD + _NONCE_LENGTH], sealed[_HEAD + _NONCE_LENGTH :]
        return self._keys[sealed[len(FORM) : _HEAD]].decrypt(nonce, rest, None)


def key_id(sealed: bytes) -> str:
    """Which key a value is sealed with, as Sealer.newest names it; WITHOUT_ID of an earlier version's."""
    return sealed[len(FORM) : _HEAD].hex() if sealed.startswith(FORM) else WITHOUT_ID


def sealer_of(settings: Settings) -> Sealer:
    """With the keys of the settings. Raises Rejected when there is none."""
    if settings.secret_key is None:
        raise Rejected("DYZURNY_SECRET_KEY must be set: sensitive answers are encrypted with it.")
    return Sealer(settings.secret_key.get_secret_value(), *settings.old_secrets)


def sealer_if_any(settings: Settings) -> Sealer | None:
    """As sealer_of; None without a key, for who can do without."""
    return sealer_of(settings) if settings.secret_key else None


def _derived(secret: str, purpose: bytes, length: int = 32) -> bytes:
    told_apart = b"dyzurny sealed answers" + (b": " + purpose if purpose else b"")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=told_apart).derive(secret.encode())
