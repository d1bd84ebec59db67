"""Counts everything anew, and makes matters of what was there before they were kept. For one command, once.

Of old conversations the record holds what was asked, handed over and opened as a case, not where a flow stood: their
steps stay unknown, and the funnels begin with the first turn that was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, select, text

from bot.reports import cells
from bot.reports.days import day_of
from bot.reports.ledger import OVER
from bot.reports.matter import AGAIN_WITHIN_MS, Matter, Outcome
from bot.store import matters as matter_rows
from bot.store import tallies
from bot.store.database import Tx
from bot.store.handoffs import Handoff
from bot.store.schema import cases, conversations, handoffs, matters, messages

_ENDINGS = {
    None: Outcome.OPEN,
    "returned": Outcome.CLOSED,
    "closed": Outcome.CLOSED,
    "abandoned": Outcome.ABANDONED,
    "elsewhere": Outcome.ELSEWHERE,
}
# A case of a call goes by another name than the flow that opens it.
_FLOW_OF_CASE = {"kontakt": "umow_kontakt"}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    matters: int
    requests: int
    sums: int
    added: int


def rebuild(tx: Tx) -> Rebuilt:
    """In one transaction; writers wait for it. Done twice, it changes nothing the second time."""
    if tx.is_postgresql:
        # What is being added now is either counted here or gathered later, never both.
        tx.execute(text("LOCK TABLE tally_entries IN SHARE ROW EXCLUSIVE MODE"))
    added = _add_old(tx)
    tallies.clear(tx)
    sums: Counter[cells.Cell] = Counter()
    counted = Counter[str]()
    for matter in matter_rows.every(tx):
        sums.update(cells.of_matter(matter))
        counted["matters"] += 1
    for request in _requests(tx):
        sums.update(cells.of_request(request))
        counted["requests"] += 1
    tallies.put(tx, sums)
    return Rebuilt(counted["matters"], counted["requests"], len(sums), added)


def _requests(tx: Tx) -> Iterator[Handoff]:
    columns = [handoffs.c[name] for name in Handoff.__dataclass_fields__]
    for row in tx.execute(select(*columns).order_by(handoffs.c.id)):
        yield Handoff(**row._mapping)


def _add_old(tx: Tx) -> int:
    """Matters for conversations that have none."""
    none = ~exists().where(matters.c.conversation_id == conversations.c.id)
    found = list(tx.scalars(select(conversations.c.id).where(none)))
    added = 0
    for conversation in found:
        for matter in sorted(_old(tx, conversation), key=lambda one: one.opened_at):
            matter_rows.save(tx, None, matter)
            added += 1
    return added


def _old(tx: Tx, conversation: str) -> list[Matter]:
    rows = tx.execute(
        select(messages.c.author, messages.c.understood, messages.c.at)
        .where(messages.c.conversation_id == conversation)
        .order_by(messages.c.at, messages.c.id)
    ).all()
    requests = list(_requests_of(tx, conversation))
    return [
        *_questions(conversation, rows),
        *(_requested(conversation, one, rows) for one in requests),
        *_cases(tx, conversation),
    ]


def _questions(conversation: str, rows: Iterable[Any]) -> list[Matter]:
    """Frequent questions that the assistant answered; asked again within three days, it is the same one."""
    found: list[Matter] = []
    for row in rows:
        subject = _question(row)
        if subject is None:
            continue
        same = next((one for one in reversed(found) if one.subject == subject), None)
        if same is not None and row.at - same.last_at <= AGAIN_WITHIN_MS:
            again = same.again_at or row.at
            told = replace(same, last_at=row.at, solved_at=row.at, again_at=again, messages=same.messages + 1)
            found[found.index(same)] = told
            continue
        found.append(
            Matter(
                conversation,
                day_of(row.at),
                row.at,
                row.at,
                subject,
                outcome=Outcome.ANSWERED.value,
                messages=1,
                solved_at=row.at,
            )
        )
    return found


def _question(row: Any) -> str | None:
    understood = row.understood if row.author == "customer" and isinstance(row.understood, dict) else {}
    intent = understood.get("intent")
    name = intent.get("name") if isinstance(intent, dict) else intent
    certain = understood.get("understood") in (None, "yes", True)
    return str(name) if certain and str(name).startswith("faq/") else None


def _requests_of(tx: Tx, conversation: str) -> list[Handoff]:
    columns = [handoffs.c[name] for name in Handoff.__dataclass_fields__]
    query = select(*columns).where(handoffs.c.conversation_id == conversation).order_by(handoffs.c.id)
    return [Handoff(**row._mapping) for row in tx.execute(query)]


def _requested(conversation: str, request: Handoff, rows: Iterable[Any]) -> Matter:
    outcome = _ENDINGS.get(request.ending, Outcome.CLOSED)
    if outcome is Outcome.CLOSED and request.accepted_at is None:
        outcome = Outcome.ABANDONED
    until = request.ended_at or request.requested_at
    written = sum(row.author == "customer" and request.requested_at <= row.at <= until for row in rows)
    return Matter(
        conversation,
        day_of(request.requested_at),
        request.requested_at,
        until,
        request.flow or "",
        request.department or "",
        outcome.value,
        messages=1 + written,
        requests=1,
        handoff_id=request.id,
        with_person=request.ended_at is None,
        solved_at=request.ended_at if outcome is Outcome.CLOSED else None,
    )


def _cases(tx: Tx, conversation: str) -> Iterator[Matter]:
    for row in tx.execute(select(cases).where(cases.c.conversation_id == conversation).order_by(cases.c.id)):
        is_over = row.state in OVER
        yield Matter(
            conversation,
            day_of(row.created_at),
            row.created_at,
            row.updated_at,
            _FLOW_OF_CASE.get(row.kind, row.kind),
            row.department or "",
            (Outcome.CLOSED if is_over else Outcome.ACCEPTED).value,
            messages=1,
            solved_at=row.updated_at if is_over else None,
            case_number=row.number,
        )
