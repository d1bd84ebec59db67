"""The embedded CRM: invented customers out of a YAML file, for the simulator and the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.crm.identity import matches
from bot.crm.model import Claim, ClaimState, CrmCustomer, Policy, PolicyKind

DEMO_FILE = Path(__file__).with_name("demo.yml")


@dataclass(frozen=True, slots=True)
class _Record:
    customer: CrmCustomer
    pesel: str | None
    psid: str | None
    policies: tuple[Policy, ...]
    claims: tuple[Claim, ...]


class DemoCrm:
    """Implements `Crm` in memory. Raises KeyError or ValueError when the file is not of its form."""

    def __init__(self, path: Path = DEMO_FILE) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        records = [_record(entry) for entry in content["customers"]]
        self._by_id = {record.customer.id: record for record in records}
        self._claims = {claim.number: claim for record in records for claim in record.claims}

    async def by_link(self, page_id: str, psid: str) -> CrmCustomer | None:
        return next((r.customer for r in self._by_id.values() if r.psid is not None and r.psid == psid), None)

    async def by_id(self, customer_id: str) -> CrmCustomer | None:
        record = self._by_id.get(customer_id)
        return record.customer if record else None

    async def policies(self, customer_id: str) -> Sequence[Policy]:
        record = self._by_id.get(customer_id)
        return record.policies if record else ()

    async def claims(self, customer_id: str) -> Sequence[Claim]:
        record = self._by_id.get(customer_id)
        return record.claims if record else ()

    async def claim(self, number: str) -> Claim | None:
        return self._claims.get(number)

    async def claim_of_vehicle(self, plate: str, happened: date) -> Claim | None:
        return next((c for c in self._claims.values() if c.plate == plate and c.happened == happened), None)

    async def confirms_identity(self, customer_id: str, given: str) -> bool:
        record = self._by_id.get(customer_id)
        return matches(given, record.pesel if record else None, record.customer.phone if record else None)

    async def everybody(self) -> Sequence[CrmCustomer]:
        """For the simulator's list of people to play."""
        return [record.customer for record in self._by_id.values()]


def _record(entry: Mapping[str, Any]) -> _Record:
    customer = CrmCustomer(
        id=entry["id"],
        first_name=entry["first_name"],
        last_name=entry["last_name"],
        phone=entry.get("phone"),
        email=entry.get("email"),
        address=entry.get("address"),
    )
    return _Record(
        customer=customer,
        pesel=entry.get("pesel"),
        psid=entry.get("psid"),
        policies=tuple(_policy(policy) for policy in entry.get("policies") or ()),
        claims=tuple(_claim(claim, customer.id) for claim in entry.get("claims") or ()),
    )


def _policy(entry: Mapping[str, Any]) -> Policy:
    return Policy(
        number=entry["number"],
        kind=PolicyKind(entry["kind"]),
        since=entry["since"],
        until=entry["until"],
        plate=entry.get("plate"),
    )


def _claim(entry: Mapping[str, Any], customer_id: str) -> Claim:
    amount = entry.get("amount")
    return Claim(
        number=entry["number"],
        customer_id=customer_id,
        kind=entry["kind"],
        happened=entry["happened"],
        reported=entry["reported"],
        state=ClaimState(entry["state"]),
        plate=entry.get("plate"),
        missing=tuple(entry.get("missing") or ()),
        due=entry.get("due"),
        amount=None if amount is None else Decimal(amount),
    )
