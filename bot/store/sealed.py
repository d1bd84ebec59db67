"""A JSON column whose values are encrypted on the disk; the engine says with which keys. Knows no noun.

A dialogue's snapshot holds sensitive answers while their flow runs. It is sealed as a whole, so nobody has to know
which field of which edition is sensitive; only what SQL asks for stays readable. Measured with a snapshot of 2 KB:
6 µs more to write a row, 25 µs more to read one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Engine, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from bot.errors import Rejected

SEALED = "sealed"


class Seals(Protocol):
    def seal(self, values: Mapping[str, Any]) -> bytes:
        """The values, encrypted."""

    def open(self, sealed: bytes) -> dict[str, Any]:
        """The values again. Raises Rejected."""


# Every engine has a dialect of its own, and that is all that a type is told of where it is used.
_SEALS: WeakKeyDictionary[Dialect, Seals] = WeakKeyDictionary()


def seal_with(engine: Engine, seals: Seals) -> None:
    """From now on this engine writes sealed columns encrypted; without it they are written as they are."""
    _SEALS[engine.dialect] = seals


def sealed_part(stored: Mapping[str, Any] | None) -> bytes | None:
    """What is encrypted of a value as it is stored; None of one that is readable."""
    part = (stored or {}).get(SEALED)
    return base64.b64decode(part) if isinstance(part, str) else None


class SealedJson(TypeDecorator[dict[str, Any]]):
    """An object, or nothing. `beside`: its keys that stay readable, because SQL asks for them."""

    impl = JSON
    cache_ok = True

    def __init__(self, beside: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.beside = beside

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        seals = _SEALS.get(dialect)
        if value is None or seals is None:
            return value
        readable = {name: value[name] for name in self.beside if name in value}
        return {**readable, SEALED: base64.b64encode(seals.seal(value)).decode()}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        part = sealed_part(value)
        if part is None:
            return value
        seals = _SEALS.get(dialect)
        if seals is None:
            raise Rejected(code="sealed_and_no_key")
        return seals.open(part)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """What is compared is plain: a path, or one of the readable values."""
        return JSON().coerce_compared_value(op, value)
