"""Compares every thread, the record and the cases with what must be; the laboratory passes only when all is nought.

lost          an answer, a message on record or a case that must be there and is not
doubled       the same answer, or the same case, more than once
misordered    an answer that stands before the answer to an earlier question
changed       an answer that reads otherwise than in calm weather: a stranger's number, a fallback, a wrong step
wrong voice   the assistant speaks where a person has the conversation
late          nothing was heard within thirty seconds, neither the answer nor that it takes a moment; where more comes
              at once than can be answered by then, not even dots were seen
in doubt      an answer that reached them and of which the record does not know it: in no column, told in words
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.simulator.thread import Message
from bot.store.database import Tx
from bot.store.schema import cases, messages, set_aside
from tests.faults.crowd import Crowd, Customer, answer_part, from_page
from tests.faults.laboratory import Laboratory
from tests.faults.scripts import CASE_NUMBER, Learnt, template
from tests.system.product import PAGE

PROMISED_S = 30.0
NOTICE = "wait:0"
# Of each kind so many are told in words.
EXAMPLES = 5
_LEFT = {"sent", "delivered", "seen"}


@dataclass(slots=True)
class Verdict:
    """Faults by kind, the first few of each in words, and how many notices ("it takes a moment") were sent."""

    dialogues: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    notices: int = 0
    slowest_s: float = 0.0

    @property
    def passes(self) -> bool:
        return not any(self.counts.values())

    def fault(self, kind: str, where: Customer | str, what: str) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= EXAMPLES:
            name = where if isinstance(where, str) else f"{where.psid} ({where.script.name})"
            self.examples.append(f"{kind}: {name}: {what}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What SQL says of one conversation."""

    keys: frozenset[str]
    statuses: dict[str, str | None]
    case_rows: tuple[tuple[str, str, str], ...]


async def judge(lab: Laboratory, crowd: Crowd, *, sets_aside: bool = False, dots_do: bool = False) -> Verdict:
    """Look at everything once it is quiet."""
    verdict = Verdict(len(crowd.customers))
    still = await lab.quiet()
    if still:
        verdict.fault("lost", "the product", f"does not come to rest: {still}")
    if lab.twin.courier.lost:
        verdict.fault("lost", "the platform", f"gave up {lab.twin.courier.lost} webhooks")
    for customer in crowd.customers:
        recorded = await lab.database.read(lambda tx, c=customer: _recorded(tx, c.psid))  # type: ignore[misc]
        _thread(verdict, customer, from_page(lab, customer.psid), crowd.learnt)
        for n, waited in [] if customer.taken_at else first_word(lab, customer, crowd.learnt):
            verdict.slowest_s = max(verdict.slowest_s, waited or 0.0)
            if waited is None or (waited > PROMISED_S and not (dots_do and _saw_dots(lab, customer, n, waited))):
                verdict.fault("late", customer, f"line {n}: {waited}")
        _record(verdict, customer, from_page(lab, customer.psid), recorded)
    aside = await lab.database.read(lambda tx: list(tx.execute(select(set_aside.c.conversation_id, set_aside.c.error))))
    for row in aside if not sets_aside else ():
        verdict.fault("lost", row.conversation_id, f"set aside: {row.error}")
    return verdict


def _recorded(tx: Tx, psid: str) -> Recorded:
    rows = tx.execute(
        select(messages.c.mid, messages.c.outbox_id, messages.c.status).where(
            messages.c.conversation_id == f"{PAGE}:{psid}"
        )
    ).all()
    opened = tx.execute(
        select(cases.c.kind, cases.c.number, cases.c.fields).where(cases.c.conversation_id == f"{PAGE}:{psid}")
    ).all()
    return Recorded(
        frozenset(row.mid for row in rows if row.outbox_id is None and row.mid),
        {row.outbox_id: row.status for row in rows if row.outbox_id is not None},
        tuple((row.kind, row.number, str(row.fields)) for row in opened),
    )


def _thread(verdict: Verdict, customer: Customer, page: Sequence[Message], learnt: Learnt) -> None:
    line_of = {mid: n for n, mid in enumerate(customer.mids)}
    heard: list[tuple[int, str, Message]] = []
    for message in page:
        found = answer_part(message.metadata)
        if found is None:
            continue
        if found[1] == NOTICE:
            verdict.notices += 1
        elif found[0] not in line_of:
            verdict.fault("changed", customer, f"an answer to nothing they wrote: {message.metadata}")
        else:
            heard.append((line_of[found[0]], found[1], message))
    _answers(verdict, customer, heard, learnt)
    _order(verdict, customer, [(n, part) for n, part, _ in heard])
    _twice(verdict, customer, [m.metadata for m in page])


def _answers(verdict: Verdict, customer: Customer, heard: Iterable[tuple[int, str, Message]], learnt: Learnt) -> None:
    expected = learnt[customer.script.name]
    missing = {(n, part) for n in range(len(customer.script.lines)) for part in expected[n]}
    person = customer.script.asks_for_person
    for n, part, message in heard:
        missing.discard((n, part))
        if customer.taken_at is not None and message.at > customer.taken_at:
            verdict.fault("wrong voice", customer, f"the assistant answers line {n} after the agent came")
        elif person is not None and n >= person:
            verdict.fault("wrong voice", customer, f"the assistant answers line {n}")
        elif part not in expected[n]:
            verdict.fault("changed", customer, f"line {n} has an answer {part}")
        elif template(message.text or "", customer.number) != expected[n][part]:
            verdict.fault("changed", customer, f"line {n}, part {part}, reads otherwise")
    for n, part in [] if customer.taken_at else sorted(missing):
        verdict.fault("lost", customer, f"line {n}, part {part}, was never answered")


def _order(verdict: Verdict, customer: Customer, heard: Sequence[tuple[int, str]]) -> None:
    firsts = list(dict.fromkeys(heard))
    for earlier, later in itertools.pairwise(firsts):
        if earlier > later:
            verdict.fault("misordered", customer, f"{earlier} stands before {later}")


def _twice(verdict: Verdict, customer: Customer, ids: Sequence[str | None]) -> None:
    for id, count in Counter(ids).items():
        if count > 1:
            verdict.fault("doubled", customer, f"{id} {count} times")


def first_word(lab: Laboratory, customer: Customer, learnt: Learnt) -> Iterator[tuple[int, float | None]]:
    """For each line that is to be answered: seconds until it was, or until a notice came, or None.

    "It takes a moment" is said once, and of everything that waits.
    """
    first: dict[str, Message] = {}
    notices = []
    for message in from_page(lab, customer.psid):
        found = answer_part(message.metadata)
        if found is not None:
            first.setdefault(found[0], message)
            notices += [message] if found[1] == NOTICE else []
    for n, (mid, written) in enumerate(zip(customer.mids, customer.written, strict=True)):
        if not learnt[customer.script.name][n]:
            continue
        heard = [m.at for m in notices if m.at >= written] + ([first[mid].at] if mid in first else [])
        yield n, (min(heard) - written).total_seconds() if heard else None


def _saw_dots(lab: Laboratory, customer: Customer, n: int, waited: float) -> bool:
    """Whether something moved in the thread at least every thirty seconds of the wait for line `n`."""
    written = customer.written[n]
    moved = [*lab.bell.dots[customer.psid], *(message.at for message in from_page(lab, customer.psid))]
    seen = sorted((at - written).total_seconds() for at in moved if at >= written)
    moments = [0.0, *(second for second in seen if second < waited), waited]
    return all(later - earlier <= PROMISED_S for earlier, later in itertools.pairwise(moments))


def _record(verdict: Verdict, customer: Customer, page: Sequence[Message], recorded: Recorded) -> None:
    for n, mid in enumerate(customer.mids):
        if mid not in recorded.keys:
            verdict.fault("lost", customer, f"line {n} is not on record")
    for message in page:
        status = recorded.statuses.get(message.metadata or "")
        if status not in _LEFT:
            verdict.fault(
                "in doubt" if status == "doubt" else "lost",
                customer,
                f"{message.metadata} reached them and stands on record as {status}",
            )
    reached = {message.metadata for message in page}
    for id, status in recorded.statuses.items():
        if status in _LEFT and id not in reached:
            verdict.fault("lost", customer, f"{id} stands on record as {status} and never reached them")
    _cases(verdict, customer, page, recorded)


def _cases(verdict: Verdict, customer: Customer, page: Sequence[Message], recorded: Recorded) -> None:
    if customer.taken_at is not None:
        return
    wanted = 0 if customer.script.case is None or customer.gave_up else 1
    if len(recorded.case_rows) > wanted:
        verdict.fault("doubled", customer, f"{len(recorded.case_rows)} cases")
    if len(recorded.case_rows) < wanted:
        verdict.fault("lost", customer, "no case was opened")
    told = {number for message in page for number in CASE_NUMBER.findall(message.text or "")}
    for kind, number, fields in recorded.case_rows:
        if kind != customer.script.case or customer.number not in fields:
            verdict.fault("changed", customer, f"case {number} is not theirs")
        if told - {number}:
            verdict.fault("changed", customer, f"told {told}, opened {number}")
