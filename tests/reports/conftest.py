"""Customers who talk to the real engine, with the reports' ledger beside it, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import insert

from bot.dialogue.engine import state as states
from bot.dialogue.engine.acts import HANDOFFS
from bot.dialogue.engine.model import CompiledFlows
from bot.dialogue.engine.turn import Say as Spoken
from bot.dialogue.engine.turn import Understood
from bot.dialogue.saying import Say
from bot.dialogue.turns import Turn
from bot.reports.ledger import Ledger, answer_lost
from bot.store import conversations, handoffs, messages
from bot.store.database import Database, Tx
from bot.store.matters import recent
from bot.store.schema import cases
from bot.store.times import to_ms
from tests.dialogue.engine.playing import Player, compiled

T = TypeVar("T")

# Words and what they are taken for, as the trial content understands them.
INTENTS = {
    "zgasła lampa": "zglos_lampe",
    "ile to kosztuje?": "faq/koszt",
    "oddzwońcie do mnie": "umow_kontakt",
    "tak": "potwierdzenie",
    "nie": "zaprzeczenie",
    "chcę z człowiekiem": "konsultant",
    "nie chcę już tego zgłaszać": "anuluj",
    "dzięki": "podziekowanie",
}


@dataclass
class Office:
    """The database, and the hand-held clock of everybody who talks to it."""

    database: Database
    now: datetime = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    flows: CompiledFlows = field(default_factory=compiled)
    cases: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger(lambda: self.flows)

    def clock(self) -> datetime:
        return self.now

    @property
    def ms(self) -> int:
        return to_ms(self.now)

    def do(self, work: Callable[[Tx], T]) -> T:
        with self.database.engine.begin() as connection:
            return work(Tx(connection))

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)

    def customer(self, psid: str) -> Caller:
        return Caller(flows=self.flows, intents=INTENTS, office=self, id=f"100:{psid}")

    def deliver(self, conversation: str, text: str, *fates: str) -> None:
        """The customer's message is on record, and each of its answers with what became of it."""

        def work(tx: Tx) -> None:
            page, _, psid = conversation.partition(":")
            conversations.find_or_create(tx, page, psid, self.ms)
            messages.add(tx, conversation_id=conversation, author="customer", text=text, at=self.ms)
            for fate in fates:
                said = {"author": "bot", "text": "…", "status": fate}
                messages.add(tx, conversation_id=conversation, **said, at=self.ms)
            for fate in fates:
                if fate in ("failed", "dropped"):
                    answer_lost(tx, conversation)

        self.do(work)

    def open_case(self, tx: Tx, conversation: str, kind: str) -> None:
        self.cases += 1
        values = {
            "number": f"L/{self.cases}",
            "turn_id": f"t{self.cases}",
            "kind": kind,
            "conversation_id": conversation,
            "state": "open",
            "fields": {},
            "created_at": self.ms,
            "updated_at": self.ms,
        }
        tx.execute(insert(cases).values(**values))


@dataclass
class Caller(Player):
    """A customer whose turns are told to the ledger, as the worker tells them in its transaction."""

    office: Office = None  # type: ignore[assignment]
    id: str = ""

    def _turn(self, understood: Understood) -> list[str]:
        self.now = self.office.now
        before = states.to_json(self.state)
        said = super()._turn(understood)
        assert self.last is not None
        items = list(self.last.items)
        while self.state.awaiting:
            # The worker carries the act out and brings its result back within the same turn.
            act = self.state.awaiting
            if act == "zaloz_sprawe":
                self.office.do(lambda tx: self.office.open_case(tx, self.id, "lampa"))
            event = {"kind": "result", "act": act, "slots": {"nr_sprawy": "L/1"}}
            said += super()._turn(Understood(text="/zdarzenie", intent="zdarzenie", event=event))
            items += self.last.items
        says = [Say(item.say, purpose=item.purpose.value) for item in items if isinstance(item, Spoken)]
        acts = [item.act for item in items if not isinstance(item, Spoken)]
        turn = Turn(says=says, state=states.to_json(self.state), understood=_understood(understood))
        self._tell(before, turn, handed=any(act in HANDOFFS for act in acts), by_customer=understood.event is None)
        return said

    def _tell(self, before: dict[str, Any], turn: Turn, *, handed: bool, by_customer: bool) -> None:
        office = self.office

        def work(tx: Tx) -> None:
            who = {"handed": handed, "from_customer": by_customer}
            office.ledger.turn_taken(tx, self.id, before, turn, **who, asked_at=office.ms, now=office.ms)
            if handed:
                handoffs.start(tx, conversation_id=self.id, reason="prosba", requested_at=office.ms, flow="lampa")

        office.do(work)

    @property
    def matters(self) -> list[Any]:
        return self.office.do(lambda tx: recent(tx, self.id))


def _understood(understood: Understood) -> dict[str, Any]:
    return {"intent": {"name": understood.intent} if understood.intent else None}


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    database = Database(database_url)
    yield Office(database)
    database.close()


@pytest.fixture
def quick_office(tmp_path: Path, migrated_file: bytes) -> Iterator[Office]:
    """On SQLite alone, for what does not differ between the databases."""
    path = tmp_path / "office.db"
    path.write_bytes(migrated_file)
    database = Database(f"sqlite:///{path}")
    yield Office(database)
    database.close()
