"""What the worker's acts ask of the CRM, as slots of the dialogue; knows no SQL and no texts.

Nothing about a claim is given away before its owner has proved who they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from bot.clock import WARSAW, Clock
from bot.crm.known import known
from bot.crm.model import Claim, CrmCustomer
from bot.crm.port import Crm

MOST_TRIES = 3
_NUMBER = re.compile(r"\b([A-Za-z]{1,2})\W{0,3}(20\d\d)\W{1,3}0*(\d{1,6})\b")

Slots = Mapping[str, Any]


class Person(Protocol):
    """The customer as the store knows them."""

    @property
    def page_id(self) -> str: ...
    @property
    def psid(self) -> str: ...
    @property
    def crm_id(self) -> str | None: ...


class CompanyFacts:
    """`known`, `find_claim` and `check_identity` over any `Crm`. Raises what the `Crm` raises."""

    def __init__(self, crm: Crm, clock: Clock) -> None:
        self._crm = crm
        self._clock = clock

    async def known(self, customer: Person) -> Slots:
        """What flows may offer instead of asking; empty where the person is not linked."""
        found = await self._linked(customer)
        if found is None:
            return {}
        return known(found, await self._crm.policies(found.id), self._clock().astimezone(WARSAW).date())

    async def find_claim(self, customer: Person, wanted: Slots) -> Slots:
        """By `nr_szkody`, else by `nr_rejestracyjny` and `data_zdarzenia`: slots of act `sprawdz_szkode`."""
        claim = await self._wanted(wanted)
        if claim is None:
            return {"znaleziono": False}
        return {"znaleziono": True, "tozsamosc_do_sprawdzenia": True, "nr_szkody": claim.number}

    async def check_identity(self, customer: Person, given: Slots, tries: int) -> Slots:
        """Slots of act `sprawdz_tozsamosc`. `tries`: how many were made before this one.

        After MOST_TRIES nothing is compared any more, whatever is given.
        """
        count = tries + 1
        claim = await self._wanted(given)
        if claim is None or tries >= MOST_TRIES:
            return {"potwierdzona": False, "proby": count}
        if not await self._crm.confirms_identity(claim.customer_id, str(given.get("cyfry") or "")):
            return {"potwierdzona": False, "proby": count}
        return {"potwierdzona": True, "proby": count, **state_slots(claim)}

    async def _linked(self, customer: Person) -> CrmCustomer | None:
        if customer.crm_id is not None:
            return await self._crm.by_id(customer.crm_id)
        return await self._crm.by_link(customer.page_id, customer.psid)

    async def _wanted(self, wanted: Slots) -> Claim | None:
        number = claim_number(str(wanted.get("nr_szkody") or ""))
        if number is not None:
            return await self._crm.claim(number)
        plate = wanted.get("nr_rejestracyjny")
        day = _day(wanted.get("data_zdarzenia") or wanted.get("data"))
        return await self._crm.claim_of_vehicle(str(plate), day) if plate and day else None


def claim_number(text: str) -> str | None:
    """A claim's number out of what people type: "sk 2026 4500" → "SK/2026/004500"; None where there is none."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    prefix, year, count = found.groups()
    return f"{prefix.upper()}/{year}/{int(count):06d}"


def state_slots(claim: Claim) -> dict[str, Any]:
    """The claim's state as JSON values: dates ISO, money a decimal string."""
    return {
        "nr_szkody": claim.number,
        "stan_szkody": claim.state.value,
        "brakuje_dokumentow": list(claim.missing),
        "termin": claim.due.isoformat() if claim.due else None,
        "kwota": str(claim.amount) if claim.amount is not None else None,
    }


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
