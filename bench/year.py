"""A year of a large insurer, made up: conversations in realistic shapes, written by the product's own functions.

Used by bench/reports.py, and by whoever wants to see the reports with something in them:
`python -m bench.year sqlite:///FILE [CONVERSATIONS] [MESSAGES]`.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from bot.clock import WARSAW
from bot.dialogue.engine.model import CompiledFlows, Flow
from bot.dialogue.flows import load_compiled
from bot.reports import cells, funnel
from bot.reports.matter import DAY_MS, Mark, Matter, Outcome, marked
from bot.store import tallies
from bot.store.database import Tx, create
from bot.store.handoffs import Handoff
from bot.store.migrate import migrate
from bot.store.schema import agents, handoffs, matters, messages
from bot.store.times import to_ms

ROOT = Path(__file__).resolve().parents[1]
MINUTE = 60_000
BATCH = 10_000
DAYS = 365
# What customers come with, and how often of a hundred.
QUESTIONS = {
    "faq/infolinia": 9,
    "faq/jak_zglosic_szkode": 8,
    "faq/czas_likwidacji": 7,
    "faq/termin_platnosci": 6,
    "faq/assistance": 5,
    "faq/zielona_karta": 4,
    "faq/zmiana_danych": 4,
    "faq/wypowiedzenie_oc": 4,
}
FLOWS = {
    "szkoda_komunikacyjna": 14,
    "szkoda_mieszkaniowa": 7,
    "status_szkody": 12,
    "reklamacja": 4,
    "umow_kontakt": 6,
    "znajdz_placowke": 5,
    "usun_moje_dane": 1,
}
UNNAMED = 4
# Where people stop: photographs are at hand later, numbers of policies in a drawer.
HARD = {"zdjecia": 0.17, "nr_polisy": 0.08, "nr_konta": 0.10, "cyfry": 0.09, "opis_zdarzenia": 0.05, "szacunek": 0.04}
BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 12, 22, 28, 30, 29, 26, 25, 24, 24, 23, 21, 18, 16, 13, 9, 5, 2)
BY_WEEKDAY = (1.25, 1.1, 1.0, 1.0, 0.95, 0.45, 0.35)
OPEN = {day: range(8, 20) for day in range(5)} | {5: range(9, 15), 6: range(0)}
ENDS_BY_CASE = frozenset({"szkoda_komunikacyjna", "szkoda_mieszkaniowa", "reklamacja", "umow_kontakt"})


@dataclass
class Year:
    """Makes the year that ends with `last`; the same seed makes the same year."""

    last: date
    flows: CompiledFlows
    conversations: int
    agents: int = 14
    seed: int = 7

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.skeletons = {name: funnel.ordered({}, flow) for name, flow in self.flows.flows.items()}
        self.request_id = 0

    def pairs(self) -> Iterator[tuple[Matter, Handoff | None]]:
        """Matters with the request for a person that belongs to them."""
        days = [self.last - timedelta(days=n) for n in range(DAYS)]
        weights = [BY_WEEKDAY[day.weekday()] * (6 if n in (40, 41, 200) else 1) for n, day in enumerate(days)]
        subjects = {**QUESTIONS, **FLOWS, "": UNNAMED}
        for n in range(self.conversations):
            day = self.dice.choices(days, weights)[0]
            hour = self.dice.choices(range(24), BY_HOUR)[0]
            clock = datetime(day.year, day.month, day.day, hour, self.dice.randrange(60), tzinfo=WARSAW)
            for _ in range(1 if self.dice.random() < 0.8 else 2):
                subject = self.dice.choices(list(subjects), list(subjects.values()))[0]
                yield self._one(f"100:{n}", to_ms(clock), clock, subject)
                clock += timedelta(minutes=self.dice.randrange(3, 40))

    def _one(self, conversation: str, at: int, clock: datetime, subject: str) -> tuple[Matter, Handoff | None]:
        flow = self.flows.flows.get(subject)
        matter = Matter(
            conversation, clock.date().isoformat(), at, at, subject, flow.department if flow else "", messages=1
        )
        if flow is not None:
            return self._flow(matter, flow, clock)
        roll = self.dice.random()
        if roll < (0.10 if subject else 0.75):
            return self._handed(matter, clock, "prosba" if subject else "niezrozumienie", "obsluga")
        if not subject:
            return replace(matter, outcome=Outcome.LEFT.value, messages=self.dice.randrange(1, 4)), None
        again = at + self.dice.randrange(DAY_MS, 3 * DAY_MS) if roll > 0.94 else None
        answered = replace(matter, outcome=Outcome.ANSWERED.value, solved_at=again or at + 900, again_at=again)
        return replace(answered, messages=2 if again else self.dice.choice((1, 1, 1, 2))), None

    def _flow(self, matter: Matter, flow: Flow, clock: datetime) -> tuple[Matter, Handoff | None]:
        steps = {step.id: step for step in self.skeletons[flow.name]}
        at, marks, asked, spent = next(iter(steps)), dict[str, str](), 0, 0
        while at in steps:
            asked, spent = asked + 1, spent + self.dice.randrange(8_000, 90_000)
            marks = marked(marks, at, Mark.REACHED)
            roll = self.dice.random()
            hard = HARD.get(at, 0.015)
            matter = replace(matter, steps=marks, step=at, questions=asked, messages=asked, last_at=matter.opened_at)
            if roll < hard:
                return replace(matter, outcome=Outcome.LEFT.value), None
            if roll < hard + 0.02:
                marks = marked(marks, at, Mark.HANDED)
                reason = self.dice.choice(("prosba", "frustracja", "zablokowanie"))
                return self._handed(replace(matter, steps=marks), clock, reason, flow.department)
            for mark, odds in ((Mark.REFUSED, hard), (Mark.CORRECTED, 0.03), (Mark.ASKED, 0.02 + hard / 3)):
                if self.dice.random() < odds:
                    marks = marked(marks, at, mark)
            skips = steps[at].optional and self.dice.random() < 0.45
            marks = marked(marks, at, Mark.SKIPPED if skips else Mark.HELD)
            onward = [one for one in steps[at].onward if one != at and one not in marks]
            # Ways that end a flow early are the rare ones: somebody is hurt, or it was years ago.
            usual = [one for one in onward if one != funnel.END]
            at = self.dice.choice(usual) if usual and self.dice.random() > 0.02 else funnel.END
        end = matter.opened_at + spent
        done = replace(matter, steps=marks, step=None, last_at=end, solved_at=end, outcome=Outcome.ANSWERED.value)
        if flow.name not in ENDS_BY_CASE:
            return done, None
        days = self.dice.randrange(2, 40)
        closed = end + days * DAY_MS
        if closed > to_ms(datetime(self.last.year, self.last.month, self.last.day, tzinfo=WARSAW)):
            return replace(done, outcome=Outcome.ACCEPTED.value, solved_at=None), None
        return replace(done, outcome=Outcome.CLOSED.value, solved_at=closed), None

    def _handed(self, matter: Matter, clock: datetime, reason: str, department: str) -> tuple[Matter, Handoff]:
        self.request_id += 1
        asked = matter.opened_at + self.dice.randrange(1, 6) * MINUTE
        staffed = clock.hour in OPEN[clock.weekday()]
        busy = 3.0 if clock.hour in (9, 10, 11) else 1.0
        wait = (
            int(self.dice.lognormvariate(1.1, 0.9) * busy * MINUTE)
            if staffed
            else self.dice.randrange(2, 14) * 60 * MINUTE
        )
        vain = self.dice.random() < (0.04 if staffed else 0.22)
        matter = replace(matter, requests=1, handoff_id=self.request_id, department=department)
        accepted = None if vain else asked + wait
        answer = None if accepted is None else accepted + self.dice.randrange(20, 300) * 1000
        ended = (answer or asked + wait) + self.dice.randrange(2, 60) * MINUTE
        rating = self.dice.choices(("tak", "czesciowo", "nie"), (7, 2, 2 if wait < 20 * MINUTE else 6))[0]
        request = Handoff(
            self.request_id, matter.conversation_id, reason, None, department, matter.subject or None, matter.step,
            asked, accepted, answer, None if vain else self.dice.randrange(1, self.agents), ended,
            "abandoned" if vain else "closed", None, None, None,
            rating if not vain and self.dice.random() < 0.3 else None, None, None, None, None,
        )  # fmt: skip
        outcome = Outcome.ABANDONED if vain else Outcome.CLOSED
        written = matter.messages + self.dice.randrange(1, 7)
        solved = None if vain else ended
        pending = asked if vain and self.dice.random() < 0.02 else None
        return replace(
            matter, outcome=outcome.value, solved_at=solved, messages=written, last_at=ended, pending_since=pending
        ), request


def write(url: str, year: Year, messages_wanted: int = 0) -> dict[str, int]:
    """Fill the empty database at `url`; how many rows there are of each kind."""
    migrate(url)
    engine = create(url)
    counts: Counter[str] = Counter()
    sums: Counter[cells.Cell] = Counter()
    with engine.begin() as connection:
        tx = Tx(connection)
        kept: list[dict[str, Any]] = []
        requests: list[dict[str, Any]] = []
        for matter, request in year.pairs():
            sums.update(cells.of_matter(matter))
            sums.update(cells.of_request(request))
            kept.append({name: getattr(matter, name) for name in Matter.__dataclass_fields__ if name != "id"})
            if request is not None:
                requests.append({name: getattr(request, name) for name in Handoff.__dataclass_fields__})
            if len(kept) >= BATCH:
                counts.update(_flush(connection, kept, requests))
        counts.update(_flush(connection, kept, requests))
        tallies.put(tx, sums)
        _write_agents(connection, year)
        counts["sums"] = len(sums)
        _write_messages(connection, year, messages_wanted)
        counts["messages"] = messages_wanted
    engine.dispose()
    return dict(counts)


def _flush(connection: Connection, kept: list[dict[str, Any]], requests: list[dict[str, Any]]) -> Counter[str]:
    for table, rows in ((matters, kept), (handoffs, requests)):
        if rows:
            connection.execute(insert(table), rows)
    made = Counter({"matters": len(kept), "requests": len(requests)})
    kept.clear()
    requests.clear()
    return made


def _write_agents(connection: Connection, year: Year) -> None:
    names = ("Anna", "Jan", "Ewa", "Piotr", "Maria", "Adam", "Zofia", "Tomasz")
    rows = [
        {
            "login": f"k{n}",
            "password_hash": "-",
            "first_name": names[n % len(names)],
            "last_name": f"Nowak-{n}",
            "gender": "f",
            "title": "konsultantka",
            "role": "agent",
            "departments": [],
            "personas": {},
            "created_at": 0,
        }
        for n in range(1, year.agents)
    ]
    connection.execute(insert(agents), rows)


def _write_messages(connection: Connection, year: Year, wanted: int) -> None:
    """Both sides' messages, which no report reads; they are there to be in the way."""
    begun = to_ms(datetime(year.last.year, year.last.month, year.last.day, tzinfo=WARSAW)) - DAYS * DAY_MS
    step = DAYS * DAY_MS // max(1, wanted)
    for first in range(0, wanted, BATCH):
        rows = [
            {
                "conversation_id": f"100:{n % year.conversations}",
                "author": "customer" if n % 2 else "bot",
                "text": "Dzień dobry, chcę zapytać o moją szkodę z wtorku.",
                "at": begun + n * step,
            }
            for n in range(first, min(wanted, first + BATCH))
        ]
        connection.execute(insert(messages), rows)


def main(arguments: list[str]) -> int:
    url, conversations, wanted = arguments[0], int((arguments[1:2] or ["20000"])[0]), int((arguments[2:3] or ["0"])[0])
    flows = load_compiled(ROOT).compiled
    print(write(url, Year(datetime.now(WARSAW).date(), flows, conversations), wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
