"""Customers, policies and claims as the company's systems describe them; plain values, no source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PolicyKind(StrEnum):
    OC = "oc"  # compulsory motor liability
    AC = "ac"  # own damage
    HOME = "dom"


class ClaimState(StrEnum):
    """The words for each stand in the locale, under `claim_states`."""

    REPORTED = "zgloszona"
    INSPECTION = "ogledziny"  # an inspection is arranged or about to be
    PAPERS = "dokumenty"  # the customer owes documents
    VALUATION = "wycena"
    DECISION = "decyzja"  # everything is there, the decision is being written
    GRANTED = "przyznana"
    PAID = "wyplacona"
    REFUSED = "odmowa"
    CLOSED = "zamknieta"


@dataclass(frozen=True, slots=True)
class CrmCustomer:
    """A person in the company's files. `phone` is E.164; `email` and `address` may be unknown."""

    id: str
    first_name: str
    last_name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """`number` and `plate` upper case without spaces; `until` is the last day of cover."""

    number: str
    kind: PolicyKind
    since: date
    until: date
    plate: str | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Claim:
    """`missing`: documents still owed, in the nominative. `due`: what comes next comes by this day."""

    number: str
    customer_id: str
    kind: str
    happened: date
    reported: date
    state: ClaimState
    plate: str | None = None
    missing: tuple[str, ...] = ()
    due: date | None = None
    amount: Decimal | None = None
