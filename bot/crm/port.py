"""What the assistant asks of the company's systems; every adapter implements this and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.crm.model import Claim, CrmCustomer, Policy


class Crm(Protocol):
    """All methods raise `CrmUnavailable` where the system is away, `Refused` or `Rejected` where it says no.

    "Not found" is None or an empty sequence, never an error.
    """

    async def by_link(self, page_id: str, psid: str) -> CrmCustomer | None:
        """The customer who linked their account with this Messenger profile; None also where several did."""

    async def by_id(self, customer_id: str) -> CrmCustomer | None: ...

    async def policies(self, customer_id: str) -> Sequence[Policy]: ...

    async def claims(self, customer_id: str) -> Sequence[Claim]: ...

    async def claim(self, number: str) -> Claim | None:
        """`number` as it stands on letters: SK/2026/004500."""

    async def claim_of_vehicle(self, plate: str, happened: date) -> Claim | None:
        """The claim of that vehicle on that day."""

    async def confirms_identity(self, customer_id: str, given: str) -> bool:
        """Whether `given` holds the last four digits of the customer's PESEL, or their whole phone number.

        Compared in constant time. How often somebody may try is the caller's to count.
        """
