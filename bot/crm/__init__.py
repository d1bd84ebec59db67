"""What the company already knows of a customer: a port, an embedded demo, an HTTP adapter; no dialogue, no store."""

from __future__ import annotations

from bot.crm.demo import DemoCrm
from bot.crm.facts import CompanyFacts
from bot.crm.http import HttpCrm
from bot.crm.known import known
from bot.crm.model import Claim, ClaimState, CrmCustomer, Policy, PolicyKind
from bot.crm.port import Crm

__all__ = [
    "Claim",
    "ClaimState",
    "CompanyFacts",
    "Crm",
    "CrmCustomer",
    "DemoCrm",
    "HttpCrm",
    "Policy",
    "PolicyKind",
    "known",
]
