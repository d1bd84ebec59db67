"""Carries out the acts that flows wait for: opening a case, looking one up, checking who asks, finding a branch.

Each is idempotent under its `turn_id`, because a turn may be taken twice.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.cases.callbacks import call_time
from bot.cases.cases import Case, due_day, of_conversation, open_case
from bot.cases.sealing import Sealer
from bot.dialogue.turns import Act
from bot.errors import ContentFault
from bot.privacy import requests
from bot.store import audit, timers
from bot.store.conversations import Conversation
from bot.store.customers import Customer
from bot.store.database import Database, Tx
from bot.store.times import to_ms

Slots = Mapping[str, Any]

# As many as the company's own systems allow (bot/crm/facts.py).
MOST_TRIES = 3

# How long after the confirmation a customer's data is erased: the confirmation itself must still reach them.
ERASE_AFTER_MS = 30_000


# The reminder of a call planned for another part of the day; of one within the hour nobody needs reminding.
REMINDED_BEFORE = timedelta(minutes=30)
PLANNED_AHEAD = timedelta(hours=2)


class Claims(Protocol):
    """What the company's systems say about claims, to whoever has shown who they are."""

    async def find_claim(self, customer: Customer, wanted: Slots) -> Slots:
        """Slots of act `sprawdz_szkode`."""

    async def check_identity(self, customer: Customer, given: Slots, tries: int) -> Slots:
        """Slots of act `sprawdz_tozsamosc`; the state of the claim only if `potwierdzona`."""


class Branches(Protocol):
    def nearest(self, wanted: Slots) -> Sequence[Slots]:
        """The three nearest, as slot `placowki`; empty where the place is not known."""


class Acts:
    """`perform` looks the act's name up in one table; a name that is not there is a fault of the content."""

    def __init__(
        self,
        database: Database,
        claims: Claims,
        branches: Branches,
        sealer: Sealer,
        sensitive: frozenset[str],
        opening: Callable[[Tx], Callable[[datetime], bool]],
    ) -> None:
        """`opening` reads the hours in force: whether agents work at an instant."""
        self.database = database
        self.claims = claims
        self.branches = branches
        self.sealer = sealer
        self.sensitive = sensitive
        self.opening = opening
        self._table: dict[str, Callable[[Act, Conversation, Customer, datetime], Awaitable[Slots]]] = {
            "zaloz_sprawe": self._open_case,
            "zaplanuj_telefon": self._plan_call,
            "sprawdz_szkode": self._find_claim,
            "sprawdz_tozsamosc": self._check_identity,
            "znajdz_placowki": self._find_branches,
            "usun_dane": self._erase,
        }

    async def perform(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        """Carry out one act of a flow; its outcome as slots. Raises ContentFault for an act that does not exist."""
        carry_out = self._table.get(act.name)
        if carry_out is None:
            raise ContentFault(f"no act named {act.name}")
        return await carry_out(act, conversation, customer, now)

    async def _open_case(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        case = await self.database.run(lambda tx: self._case(tx, act, str(act.args["kind"]), conversation, now))
        return {"nr_szkody": case.number, "nr_sprawy": case.number, "termin": due_day(case)}

    async def _plan_call(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        asked = _values(act.args.get("fields") or {})
        chosen = (asked.get("dzien_kontaktu"), asked.get("pora_kontaktu"), asked.get("godzina_kontaktu"))
        at = call_time(*chosen, now, await self.database.read(self.opening))
        if at is None:
            return {"termin_kontaktu": None, "nr_sprawy": None}

        def plan(tx: Tx) -> Any:
            self._remind(tx, act, conversation, now, at)
            return self._case(tx, act, "kontakt", conversation, now)

        case = await self.database.run(plan)
        return {"nr_sprawy": case.number, "termin_kontaktu": at.isoformat()}

    @staticmethod
    def _remind(tx: Tx, act: Act, conversation: Conversation, now: datetime, at: datetime) -> None:
        """Shortly before the call the customer is told of it, if it was planned well ahead."""
        if at - now < PLANNED_AHEAD:
            return
        slots = {"termin_kontaktu": at.isoformat(), "department": act.args.get("department")}
        event = {"kind": "say", "say": "utter_przypomnienie_telefonu", "slots": slots}
        due_at = to_ms(at - REMINDED_BEFORE)
        timers.set_timer(tx, id=f"remind:{act.turn_id}", conversation_id=conversation.id, event=event, due_at=due_at)

    def _case(self, tx: Tx, act: Act, kind: str, conversation: Conversation, now: datetime) -> Any:
        case = open_case(
            tx,
            turn_id=act.turn_id,
            kind=kind,
            department=act.args.get("department"),
            conversation_id=conversation.id,
            fields=_values(act.args.get("fields") or {}),
            sensitive=self.sensitive,
            sealer=self.sealer,
            now=now,
        )
        audit.note(tx, at=to_ms(now), who="bot", what="case_opened", subject=case.number, kind=kind)
        return case

    async def _find_claim(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        own = await self._own_case(act, conversation)
        if own is not None:
            found = {"znaleziono": True, "tozsamosc_do_sprawdzenia": True, "nr_szkody": own.number}
            return {**found, "rodzaj_sprawy": own.kind, "termin": due_day(own)}
        return await self.claims.find_claim(customer, act.args)

    async def _own_case(self, act: Act, conversation: Conversation) -> Case | None:
        """A case opened in this very conversation: the company's systems may not know it yet."""
        wanted = re.sub(r"[^A-Z0-9]", "", str(act.args.get("nr_szkody") or "").upper())
        plate = act.args.get("nr_rejestracyjny")
        cases = await self.database.read(lambda tx: of_conversation(tx, conversation.id))
        for case in cases:
            if case.kind == "kontakt":
                continue  # a call that was planned is no claim
            same_number = bool(wanted) and re.sub(r"[^A-Z0-9]", "", case.number) == wanted
            same_car = not wanted and plate is not None and case.fields.get("nr_rejestracyjny") == plate
            if same_number or same_car:
                return case
        return None

    async def _check_identity(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        tries = int(act.args.get("proby") or 0)
        own = await self._own_case(act, conversation)
        if own is None:
            return await self.claims.check_identity(customer, act.args, tries)
        # What the customer told us when they opened it here: the number we may call.
        told, given = digits(str(own.fields.get("telefon") or "")), digits(str(act.args.get("cyfry") or ""))
        if tries >= MOST_TRIES or not told or not hmac.compare_digest(told[-9:], given[-9:]):
            return {"potwierdzona": False, "proby": tries + 1}
        return {
            "potwierdzona": True,
            "proby": tries + 1,
            "nr_szkody": own.number,
            "stan_szkody": "zgloszona",
            "brakuje_dokumentow": [],
            "termin": due_day(own),
            "kwota": None,
        }

    async def _find_branches(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        return {"placowki": [dict(branch) for branch in self.branches.nearest(act.args)]}

    async def _erase(self, act: Act, conversation: Conversation, customer: Customer, now: datetime) -> Slots:
        # Asked twice in one turn, because its result was lost, it is the same request.
        code = requests.code_of_turn(act.turn_id)

        def plan(tx: Tx) -> None:
            if requests.state_of(tx, code) is requests.State.UNKNOWN:
                requests.plan(
                    tx, [conversation.id], code=code, who="customer", by="chat", now=to_ms(now), after_ms=ERASE_AFTER_MS
                )

        await self.database.run(plan)
        return {"kod_potwierdzenia": code}


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Slot → value, whether the answers come bare or with their origin."""
    return {
        slot: item["value"] if isinstance(item, Mapping) and "value" in item else item for slot, item in fields.items()
    }
