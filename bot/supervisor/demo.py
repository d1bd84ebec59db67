"""Demo mode: when it is meant, and its own secrets, made once and kept; must not be used with a real page."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.supervisor.surroundings import read, write_private

PAGE_TOKENS = "DYZURNY_PAGE_TOKENS"


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


_MADE: Mapping[str, Callable[[], str]] = {
    "DYZURNY_DEMO": lambda: "true",
    "DYZURNY_APP_SECRET": lambda: secrets.token_hex(16),
    "DYZURNY_VERIFY_TOKEN": lambda: secrets.token_urlsafe(16),
    "DYZURNY_SECRET_KEY": _fernet_key,
}


def secrets_file(var: Path) -> Path:
    return var / "demo.env"


def is_demo(known: Mapping[str, str]) -> bool:
    """Without a page's token there is nobody to talk to but the simulator; who sets DYZURNY_DEMO has decided."""
    decided = known.get("DYZURNY_DEMO", "").lower()
    if decided:
        return decided in ("1", "true", "yes", "on")
    return known.get(PAGE_TOKENS, "").strip() in ("", "{}")


def ensure_secrets(var: Path) -> dict[str, str]:
    """Return demo mode's settings; what is missing is made and kept, readable by this user alone."""
    kept = read(secrets_file(var))
    missing = {name: make() for name, make in _MADE.items() if name not in kept}
    if missing:
        write_private(secrets_file(var), {**kept, **missing})
    return {**kept, **missing}
