"""Customers: name as the platform gives it, how they are addressed, what the company knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.store.database import Tx
from bot.store.schema import customers
from bot.store.statements import WHICH, change_row, rows_where


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    page_id: str
    psid: str
    first_name: str | None
    last_name: str | None
    profile_gender: str | None
    profile_at: int | None
    address: dict[str, Any] | None  # bot.language.AddressState as a dict
    crm_id: str | None
    crm_verified_at: int | None
    known: dict[str, Any] | None
    muted_until: int | None
    muted_reason: str | None
    unreachable: bool
    created_at: int


_COLUMNS = [customers.c[name] for name in Customer.__dataclass_fields__]
_FIND = rows_where(_COLUMNS, customers.c.id)


def find(tx: Tx, customer: str) -> Customer | None:
    row = tx.execute(_FIND, {WHICH: customer}).first()
    return None if row is None else Customer(**row._mapping)


def is_muted(customer: Customer, now: int) -> bool:
    """Whether a supervisor stopped listening to this customer, at `now` (UTC ms)."""
    return customer.muted_until is not None and customer.muted_until > now


def change(tx: Tx, customer: str, **values: Any) -> None:
    change_row(tx, customers, customer, values)


def muted(tx: Tx, now: int, limit: int = 200) -> list[Customer]:
    """Whom supervisors have muted, the soonest to be heard again first."""
    query = select(*_COLUMNS).where(customers.c.muted_until > now).order_by(customers.c.muted_until).limit(limit)
    return [Customer(**row._mapping) for row in tx.execute(query)]
