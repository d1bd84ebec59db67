"""What is known of a customer before they say it: the platform's profile and the company's CRM.

Never in a conversation's way: both are asked at the first contact, for a second at the most, and a customer of whom
nothing can be learnt is served without a name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.clock import Clock
from bot.errors import Unavailable
from bot.language import AddressState
from bot.language.person import first_seen, with_profile
from bot.logs import logger
from bot.messenger.errors import GraphError
from bot.messenger.graph import GraphClient, UserProfile
from bot.store import customers
from bot.store.customers import Customer
from bot.store.database import Database
from bot.store.times import to_ms

log = logger("acquaintance")

PATIENCE_S = 1.0
# People change their names and policies seldom; the platform asks to keep profiles briefly.
ASK_AGAIN_AFTER_MS = 24 * 3600 * 1000


class KnownFacts(Protocol):
    """The company's CRM, as far as the assistant needs it."""

    async def known(self, customer: Customer) -> Mapping[str, Any]:
        """`{"crm.telefon": {"value": …, "label": …}, …}`; empty where the customer is not known."""


class Acquaintance:
    def __init__(self, database: Database, graph: GraphClient, facts: KnownFacts, clock: Clock) -> None:
        self.database = database
        self.graph = graph
        self.facts = facts
        self.clock = clock

    async def meet(self, customer: Customer) -> Customer:
        """The customer with name, sex and known facts as far as they can be had now."""
        now = self.clock()
        if customer.profile_at is not None and to_ms(now) - customer.profile_at < ASK_AGAIN_AFTER_MS:
            return customer
        profile, known = await asyncio.gather(self._profile(customer), self._known(customer))
        address = AddressState.from_dict(customer.address) if customer.address else first_seen(now)
        first_name = (profile.first_name if profile else None) or customer.first_name
        gender = {"female": "f", "male": "m"}.get((profile.gender or "") if profile else "")
        met = replace(
            customer,
            first_name=first_name,
            last_name=(profile.last_name if profile else None) or customer.last_name,
            profile_gender=gender or customer.profile_gender,
            profile_at=to_ms(now),
            known=dict(known) if known is not None else customer.known,
            address=with_profile(address, now, first_name=first_name, profile_gender=gender).to_dict(),
        )
        await self.database.run(
            lambda tx: customers.change(
                tx,
                customer.id,
                first_name=met.first_name,
                last_name=met.last_name,
                profile_gender=met.profile_gender,
                profile_at=met.profile_at,
                known=met.known,
                address=met.address,
            )
        )
        return met

    async def _profile(self, customer: Customer) -> UserProfile | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.graph.user_profile(customer.page_id, customer.psid)
        except (GraphError, TimeoutError, KeyError) as error:
            log.info("profile_not_had", customer=customer.id, error=type(error).__name__)
            return None

    async def _known(self, customer: Customer) -> Mapping[str, Any] | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.facts.known(customer)
        except (Unavailable, TimeoutError) as error:
            log.info("crm_not_had", customer=customer.id, error=type(error).__name__)
            return None
