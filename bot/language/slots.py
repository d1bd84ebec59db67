"""What becomes of each word of a bracket: the values that planning hands over to speaking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

CLITICS = frozenset({"się", "mi", "nam", "go", "ją", "je", "ich", "im", "mu", "jej", "to", "sobie"})
"""Unstressed words, which cannot begin a clause."""


class Kind(Enum):
    """What becomes of a word when the address changes."""

    KEEP = "keep"
    PRONOUN = "pronoun"
    POSSESSIVE = "possessive"
    FINITE = "finite"
    PARTICIPLE = "participle"  # past form without a person's ending: będziesz mógł, gdybyś mógł
    PREDICATE = "predicate"
    BY = "by"  # a conjunction that takes the ending of ty: gdybyś
    PLEASE = "please"  # proszę, niech: left out before an imperative
    IMPERATIVE = "imperative"  # an infinitive that becomes an imperative for ty
    ORDER = "order"  # a finite verb after niech that becomes an imperative for ty


@dataclass(frozen=True)
class Slot:
    """One word of the bracket; `grammar` is a pronoun's case or the form of Twój."""

    kind: Kind
    text: str
    grammar: str = ""
    stressed: bool = False
    gap: str = ""
    """What stands between the previous word and this one."""


@dataclass(frozen=True)
class Plan:
    slots: tuple[Slot, ...]
    tail: str
    agglutinates: bool = False
    """The ending of ty goes to a conjunction that stands before the bracket."""
