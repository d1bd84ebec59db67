"""Reads values out of JSON that may be of any shape, without ever raising; knows nothing of Messenger."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MAX_DEPTH = 12
MAX_TEXT = 100_000
_MAX_ID = 400
_MAX_KEY = 150
_MAX_WHOLE = 10**30
# Lone surrogates cannot be encoded, NUL is refused by PostgreSQL.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
# Seconds and milliseconds since 1970 cannot be confused between 1973 and the year 5138.
_FIRST_MILLISECONDS = 100_000_000_000
_LAST_MILLISECONDS = 32_503_680_000_000


def as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: object) -> str | None:
    """The string, with what no database stores replaced; None for every other type."""
    return _UNSTORABLE.sub("\ufffd", value[:MAX_TEXT]) if isinstance(value, str) else None


def as_id(value: object) -> str | None:
    """An id as a string: the samples of the documentation hold strings and numbers for the same field."""
    if isinstance(value, str):
        return as_text(value[:_MAX_ID]) or None
    whole = as_whole(value)
    return None if whole is None else str(whole)


def as_whole(value: object) -> int | None:
    """A whole number, also out of a string ("1458692752478") or a float without fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,20}", value):
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    return value if isinstance(value, int) and abs(value) < _MAX_WHOLE else None


def as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_time(value: object) -> datetime | None:
    """A moment out of milliseconds or seconds since 1970, as number or string; None for anything absurd."""
    whole = as_whole(value)
    if whole is None or whole <= 0:
        return None
    milliseconds = whole if whole >= _FIRST_MILLISECONDS else whole * 1000
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds < _LAST_MILLISECONDS else None


def storable(value: object, depth: int = MAX_DEPTH) -> Any:
    """The same JSON value, unstorable characters replaced, non-finite numbers dropped, depth bounded."""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, dict):
        return {as_text(str(k)): storable(v, depth - 1) for k, v in value.items()} if depth else None
    if isinstance(value, list):
        return [storable(item, depth - 1) for item in value] if depth else None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < _MAX_WHOLE else None
    return as_number(value)


def short(key: str) -> str:
    """A key that fits the record's columns, with room for what is added to it; a long one ends in a hash of it all."""
    if len(key) <= _MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"{key[: _MAX_KEY - 33]}:{digest}"


def fingerprint(value: object) -> str:
    """A short hash that is equal for equal JSON values, whatever the order of their keys."""
    canonical = json.dumps(storable(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
