"""Who a customer is to be addressed as, and since when: one small value per customer and the rules that change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from bot.language.address import Address
from bot.language.gender import speaker_gender
from bot.language.names import name_gender
from bot.language.register import register_of


class Source(str, Enum):
    """Where a part of the address came from, from the weakest to the strongest."""

    DEFAULT = "default"
    NAME = "name"
    PROFILE = "profile"
    GRAMMAR = "grammar"
    WISH = "wish"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK = {source: rank for rank, source in enumerate(Source)}


class Wish(str, Enum):
    """What a customer can explicitly ask for."""

    TY = "ty"
    FORMAL = "formal"
    PAN = "pan"
    PANI = "pani"
    PANSTWO = "panstwo"


@dataclass(frozen=True)
class AddressState:
    """How one customer is addressed. `since` is when `address` last changed, aware UTC."""

    since: datetime
    formal: bool = True
    formal_source: Source = Source.DEFAULT
    gender: str | None = None
    gender_source: Source = Source.DEFAULT
    plural: bool = False
    """The customer asked to be addressed as Państwo, whatever else is known."""

    @property
    def address(self) -> Address:
        if self.formal:
            if self.plural or self.gender is None:
                return Address.PANSTWO
            return Address.PANI if self.gender == "f" else Address.PAN
        if self.gender is None:
            return Address.TY
        return Address.TY_F if self.gender == "f" else Address.TY_M

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; the inverse of :meth:`from_dict`."""
        return {
            "since": self.since.isoformat(),
            "formal": self.formal,
            "formal_source": self.formal_source.value,
            "gender": self.gender,
            "gender_source": self.gender_source.value,
            "plural": self.plural,
            "address": self.address.value,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> AddressState:
        return cls(
            since=datetime.fromisoformat(stored["since"]),
            formal=bool(stored["formal"]),
            formal_source=Source(stored["formal_source"]),
            gender=stored["gender"],
            gender_source=Source(stored["gender_source"]),
            plural=bool(stored["plural"]),
        )


def first_seen(now: datetime, *, first_name: str | None = None, profile_gender: str | None = None) -> AddressState:
    """The state of a customer who has not written yet: formal, the sex from the profile or a sure name."""
    return with_profile(AddressState(since=now), now, first_name=first_name, profile_gender=profile_gender)


def with_profile(
    state: AddressState, now: datetime, *, first_name: str | None = None, profile_gender: str | None = None
) -> AddressState:
    """`state` with what the profile says ("f", "m" or None) and what the first name decides."""
    if first_name:
        state = _with_gender(state, name_gender(first_name), Source.NAME, now)
    return _with_gender(state, profile_gender, Source.PROFILE, now)


def after_message(state: AddressState, text: str, now: datetime, *, mirroring: bool = False) -> AddressState:
    """`state` after the customer wrote `text`: their own grammar, and their register if the brand mirrors."""
    state = _with_gender(state, speaker_gender(text), Source.GRAMMAR, now)
    if not mirroring or state.formal_source is Source.WISH:
        return state
    register = register_of(text)
    if register == "formal":
        return _changed(state, now, formal=True, formal_source=Source.GRAMMAR)
    # Who has written "Pan" or "Pani" is never answered with "ty", unless they ask for it.
    if register == "informal" and not (state.formal and state.formal_source is Source.GRAMMAR):
        return _changed(state, now, formal=False, formal_source=Source.GRAMMAR)
    return state


def after_wish(state: AddressState, wish: Wish, now: datetime) -> AddressState:
    """`state` after an explicit wish, which outlives everything but the next wish."""
    if wish is Wish.TY:
        return _changed(state, now, formal=False, formal_source=Source.WISH, plural=False)
    formal = _changed(state, now, formal=True, formal_source=Source.WISH, plural=wish is Wish.PANSTWO)
    if wish in (Wish.PAN, Wish.PANI):
        return _with_gender(formal, "f" if wish is Wish.PANI else "m", Source.WISH, now)
    return formal


def _with_gender(state: AddressState, gender: str | None, source: Source, now: datetime) -> AddressState:
    if gender is None or source.rank < state.gender_source.rank:
        return state
    return _changed(state, now, gender=gender, gender_source=source)


def _changed(state: AddressState, now: datetime, **changes: Any) -> AddressState:
    changed = replace(state, **changes)
    return replace(changed, since=now) if changed.address is not state.address else changed
