"""What the company knows of a customer, as the flat dict that flows read under `known_from`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.crm.identity import national
from bot.crm.model import CrmCustomer, Policy, PolicyKind

_SHOWN_OF_PHONE = 3
_SHOWN_OF_POLICY = 4


def known(customer: CrmCustomer, policies: Iterable[Policy] = (), today: date | None = None) -> dict[str, Any]:
    """`{"crm.telefon": {"value": …, "label": …}, …}` of what is certain; the texts build a sentence round `label`.

    `label` is the part that may be shown before anybody has proved who they are: the end of a number, an
    address without its flat. A plate or policy is known only where there is exactly one it could be;
    with `today`, only policies in force count.
    """
    in_force = [policy for policy in policies if today is None or policy.covers(today)]
    facts: dict[str, Any] = {
        "crm.id": _fact(customer.id),
        "crm.imie": _fact(customer.first_name),
        "crm.nazwisko": _fact(customer.last_name),
        "crm.telefon": _fact(customer.phone, national(customer.phone or "")[-_SHOWN_OF_PHONE:]),
        "crm.email": _fact(customer.email, masked_email(customer.email or "")),
        "crm.adres": _fact(customer.address, without_flat(customer.address or "")),
        "crm.nr_rejestracyjny": _plate(in_force),
        "crm.nr_polisy": _motor_policy(in_force),
        "crm.nr_polisy_dom": _policy(p for p in in_force if p.kind is PolicyKind.HOME),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def masked_email(email: str) -> str:
    """First letter and domain: a•••@poczta.pl."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else ""


def without_flat(address: str) -> str:
    """Street, house and town; the flat and the postal code stay out of sight."""
    street, _, town = address.partition(",")
    house = street.partition("/")[0]
    place = town.strip().partition(" ")[2] if town.strip()[:1].isdigit() else town.strip()
    return f"{house}, {place}" if place else house


def _plate(policies: Iterable[Policy]) -> dict[str, Any] | None:
    plates = sorted({policy.plate for policy in policies if policy.plate})
    return _fact(plates[0]) if len(plates) == 1 else None


def _motor_policy(policies: Iterable[Policy]) -> dict[str, Any] | None:
    """The AC policy where there is one, since it is asked for when the customer's own cover is to pay."""
    motor = [policy for policy in policies if policy.kind is not PolicyKind.HOME]
    own_damage = [policy for policy in motor if policy.kind is PolicyKind.AC]
    return _policy(own_damage or motor)


def _policy(policies: Iterable[Policy]) -> dict[str, Any] | None:
    numbers = sorted({policy.number for policy in policies})
    return _fact(numbers[0], numbers[0][-_SHOWN_OF_POLICY:]) if len(numbers) == 1 else None


def _fact(value: str | None, label: str | None = None) -> dict[str, Any] | None:
    return {"value": value, "label": label or value} if value else None
