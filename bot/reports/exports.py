"""A report for a spreadsheet or a program: one row a point in time, department and matter; plain sums, no shares."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import orjson

from bot.reports.cells import Measure
from bot.reports.days import point_of
from bot.reports.figures import OF_REPORT, Asked
from bot.reports.matter import Outcome
from bot.reports.totals import RATINGS, Totals
from bot.store import tallies
from bot.store.database import Tx

Row = dict[str, Any]

# Column → how it is read off the sums. Names are those of docs/kierownik.md.
COLUMNS: dict[str, Callable[[Totals], int]] = {
    "sprawy": lambda one: one.matters,
    "odpowiedzial_asystent": lambda one: one.outcomes[Outcome.ANSWERED.value],
    "przyjete": lambda one: one.outcomes[Outcome.ACCEPTED.value],
    "zamkneli_ludzie": lambda one: one.outcomes[Outcome.CLOSED.value],
    "trwaja": lambda one: one.outcomes[Outcome.OPEN.value],
    "odeszli": lambda one: one.outcomes[Outcome.LEFT.value],
    "nie_doczekali": lambda one: one.outcomes[Outcome.ABANDONED.value],
    "poza_konsola": lambda one: one.outcomes[Outcome.ELSEWHERE.value],
    "sam_asystent_bez_powrotu": lambda one: one.of(Measure.CONTAINED),
    "wrocili": lambda one: one.of(Measure.CAME_BACK),
    "wiadomosci_do_rozwiazania": lambda one: one.of(Measure.MESSAGES),
    "pytania": lambda one: one.of(Measure.QUESTIONS),
    "pytania_dwa_razy": lambda one: one.of(Measure.TWICE),
    "bez_odpowiedzi": lambda one: one.of(Measure.UNANSWERED),
    "prosby_o_czlowieka": lambda one: one.of(Measure.REQUESTS),
    "doczekali_sie": lambda one: one.of(Measure.WAITED),
    "czekali_ms": lambda one: one.of(Measure.WAITED_MS),
    "czekali_do_5_min": lambda one: one.of(Measure.QUICK),
    "czekali_na_prozno": lambda one: one.of(Measure.IN_VAIN),
    "pierwsze_odpowiedzi": lambda one: one.of(Measure.FIRST_ANSWERS),
    "pierwsze_odpowiedzi_ms": lambda one: one.of(Measure.FIRST_ANSWERS_MS),
    **{f"ocena_{rating}": lambda one, rating=rating: one.ratings[rating] for rating in RATINGS},  # type: ignore[misc]
}
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
KEYS = ("okres", "dzial", "sprawa")


def rows(tx: Tx, asked: Asked) -> list[Row]:
    """In the order of time; only rows in which something happened."""
    first, last = asked.span.first.isoformat(), asked.span.last.isoformat()
    only = {"department": asked.department, "subject": asked.subject}
    groups: dict[tuple[str, str, str], Totals] = defaultdict(Totals)
    for cell, n in tallies.read(tx, first, last, OF_REPORT, keep=("day", *tallies.KIND), **only):
        point = point_of(date.fromisoformat(cell.day), asked.grain)
        groups[point.isoformat(), cell.department, cell.subject].add(cell, n)
    return [
        {**dict(zip(KEYS, key, strict=True)), **{name: of(sums) for name, of in COLUMNS.items()}}
        for key, sums in sorted(groups.items())
    ]


def as_csv(found: Sequence[Row]) -> tuple[bytes, str]:
    """With semicolons and a byte order mark, as Polish spreadsheets open it. Whole numbers only: no decimal comma."""
    into = io.StringIO(newline="")
    writer = csv.DictWriter(into, [*KEYS, *COLUMNS], delimiter=";")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in found)
    return into.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula becomes one that it shows; names may come from anywhere."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def as_json(found: Sequence[Row]) -> tuple[bytes, str]:
    return orjson.dumps(list(found), option=orjson.OPT_INDENT_2), "application/json"


KINDS: dict[str, Callable[[Sequence[Row]], tuple[bytes, str]]] = {"csv": as_csv, "json": as_json}
