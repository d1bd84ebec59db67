"""Customers with numbers, who write to the twin and wait for their answers as people do; judges nothing."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.acts import Writes
from bot.simulator.thread import Message
from bot.store import messages
from tests.faults.laboratory import Laboratory
from tests.faults.scripts import SCRIPTS, Learnt, Script, template, worded
from tests.faults.twin import APP_ID

FIRST_NUMBER = 30_100
_THINKS_S = 0.05


@dataclass(slots=True)
class Customer:
    """One dialogue. `mids` and `written` are of the lines so far; `gave_up` when an answer did not come."""

    run: str  # of the laboratory: one Rasa serves several, and remembers whom it talked to
    number: str
    script: Script
    mids: list[str] = field(default_factory=list)
    written: list[datetime] = field(default_factory=list)
    gave_up: bool = False
    is_talking: bool = False
    # When an agent had taken the conversation: from then on nobody waits for the assistant.
    taken_at: datetime | None = None

    @property
    def psid(self) -> str:
        return f"{self.run}{self.number}"


def answer_part(metadata: str | None) -> tuple[str, str] | None:
    """(mid of the question, part of the answer) out of our message's id; None for what answers no message."""
    kind, _, rest = (metadata or "").partition(":")
    mid, _, part = rest.partition(":")
    return (mid, part) if kind == "message" and part else None


def from_page(lab: Laboratory, psid: str) -> list[Message]:
    """What our app sent into the thread."""
    return [message for message in lab.twin.thread(psid).messages if message.app_id == APP_ID]


class Crowd:
    """`patience_s`: how long a customer waits for an answer before they count it as lost and go."""

    def __init__(self, lab: Laboratory, learnt: Learnt, *, patience_s: float = 90, first: int = FIRST_NUMBER) -> None:
        self.lab = lab
        self.learnt = learnt
        self.patience_s = patience_s
        self.customers: list[Customer] = []
        self.next_number = first
        self.random = random.Random(first)

    def come(self, scripts: tuple[Script, ...]) -> asyncio.Task[None]:
        """One more customer, with the next number and the next script."""
        script = scripts[len(self.customers) % len(scripts)]
        customer = Customer(self.lab.run, str(self.next_number), script)
        self.next_number += 1
        self.customers.append(customer)
        return asyncio.create_task(self._dialogue(customer))

    async def _dialogue(self, customer: Customer) -> None:
        customer.is_talking = True
        customer.gave_up = not await self._heard_everything(customer)
        customer.is_talking = False

    async def _heard_everything(self, customer: Customer) -> bool:
        lines = range(len(customer.script.lines))
        for n in lines:
            await asyncio.sleep(self.random.random() * _THINKS_S)
            self._write(customer, n)
            if not customer.script.burst and not await self._answered(customer, n):
                return False
        return not customer.script.burst or all([await self._answered(customer, n) for n in lines])

    def _write(self, customer: Customer, n: int) -> None:
        customer.written.append(self.lab.twin.clock.now())
        mid = self.lab.twin.customer_acts(customer.psid, Writes(worded(customer.script.lines[n], customer.number)))
        assert mid is not None
        customer.mids.append(mid)

    async def _answered(self, customer: Customer, n: int) -> bool:
        """Whether everything that answers line `n` arrived in time."""
        awaited = set(self.learnt[customer.script.name][n])
        deadline = asyncio.get_running_loop().time() + self.patience_s
        while True:
            parts = (answer_part(message.metadata) for message in from_page(self.lab, customer.psid))
            if awaited <= {part for mid, part in filter(None, parts) if mid == customer.mids[n]}:
                return True
            if customer.taken_at is not None:
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                await self.lab.bell.next_message(customer.psid, left)
            except TimeoutError:
                return False


async def rehearse(lab: Laboratory, scripts: tuple[Script, ...] = SCRIPTS) -> Learnt:
    """Each script once in calm weather: how the expected responses read. Raises AssertionError if others come."""
    learnt: dict[str, tuple[dict[str, str], ...]] = {}
    for n, script in enumerate(dict.fromkeys(scripts)):
        customer = Customer(lab.run, str(FIRST_NUMBER - 50 + n), script)
        said = []
        for line in range(len(script.lines)):
            said.append(await _rehearse_line(lab, customer, line))
        learnt[script.name] = tuple(said)
    return learnt


async def _rehearse_line(lab: Laboratory, customer: Customer, n: int) -> dict[str, str]:
    line = customer.script.lines[n]
    Crowd(lab, {})._write(customer, n)
    async with asyncio.timeout(60):
        while len(_answers(lab, customer, n)) < len(line.answers):
            await lab.bell.next_message(customer.psid, 60)
    await lab.quiet()
    heard = _answers(lab, customer, n)
    names = []
    for message in heard:
        found = await lab.database.read(lambda tx, m=message: messages.find_by_outbox(tx, m.metadata or ""))  # type: ignore[misc]
        names.append(str((found.content or {}).get("response")) if found else "")
    # The assistant may introduce itself in front of its first answer.
    assert tuple(names)[-len(line.answers) :] == line.answers or not line.answers, (
        f"in calm weather „{line.text}” is answered with {names}"
    )
    return {(answer_part(m.metadata) or ("", ""))[1]: template(m.text or "", customer.number) for m in heard}


def _answers(lab: Laboratory, customer: Customer, n: int) -> list[Message]:
    found = ((message, answer_part(message.metadata)) for message in from_page(lab, customer.psid))
    return [message for message, part in found if part is not None and part[0] == customer.mids[n]]
