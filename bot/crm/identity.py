"""Compares what somebody typed with what only the customer should know; keeps no count and no log."""

from __future__ import annotations

import hmac
import re

_TAIL = 4
_PESEL_LENGTH = 11
_PHONE_LENGTH = 9
_COUNTRY = "48"


def matches(given: str, pesel: str | None, phone: str | None) -> bool:
    """True for the last four digits of `pesel`, the whole of it, or the whole of `phone`.

    The end of the phone number is not enough: the assistant itself shows it ("kończący się na …").
    Every comparison is made whatever the others said, so that the time tells nothing.
    """
    digits = "".join(re.findall(r"\d", given))
    tail = _same(digits, (pesel or "")[-_TAIL:], _TAIL)
    whole = _same(digits, pesel or "", _PESEL_LENGTH)
    called = _same(national(digits), national(phone or ""), _PHONE_LENGTH)
    return tail | whole | called


def national(phone: str) -> str:
    """A Polish number's nine digits, out of any usual way to write it; other numbers as digits."""
    digits = "".join(re.findall(r"\d", phone)).removeprefix("00")
    return digits[len(_COUNTRY) :] if len(digits) == _PHONE_LENGTH + len(_COUNTRY) else digits


def _same(given: str, expected: str, length: int) -> bool:
    equal = hmac.compare_digest(given.encode(), expected.encode())
    return equal & (len(expected) == length)
