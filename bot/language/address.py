"""The six ways of addressing one customer; knows nothing of how sentences are built."""

from __future__ import annotations

from enum import Enum


class Address(str, Enum):
    """How a customer is addressed. The values are stable: they are stored with the customer."""

    PAN = "pan"
    PANI = "pani"
    PANSTWO = "panstwo"
    """Formal, sex not known (or several people)."""
    TY_M = "ty_m"
    TY_F = "ty_f"
    TY = "ty"
    """Informal, sex not known."""

    @property
    def is_formal(self) -> bool:
        return self in _FORMAL

    @property
    def gender(self) -> str | None:
        """ "f", "m", or None where the address does not say."""
        return _GENDER.get(self)


_FORMAL = frozenset({Address.PAN, Address.PANI, Address.PANSTWO})
_GENDER = {Address.PAN: "m", Address.TY_M: "m", Address.PANI: "f", Address.TY_F: "f"}
