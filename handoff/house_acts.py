"""Setting the house up from the console: hours by weekday, departments, canned replies. Steps inside a transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from bot.errors import ContentFault, Rejected
from bot.language.declension import UninflectableError, decline
from bot.language.diacritics import plain
from bot.store import audit
from bot.store.agents import Agent
from bot.store.database import Tx
from handoff.canned_drafts import forms
from handoff.floor import DEFAULT_DEPARTMENT
from handoff.hours import DAYS, Hours
from handoff.house import CANNED, DEPARTMENTS, House

# As texts ask for them, and as the dictionary calls them.
CASES = {"D": "gen", "C": "dat", "B": "acc", "N": "inst", "Ms": "loc"}
_SHORTCUT = re.compile(r"^[a-z0-9-]{2,20}$")
TEXT_LIMIT = 2_000


def by_day(hours: Hours) -> list[tuple[str, str]]:
    """(day, "08:00-20:00, 21:00-22:00") for the seven days; "" is closed."""
    return [(day, ", ".join(f"{_clock(a)}-{_clock(b)}" for a, b in hours.spans[n])) for n, day in enumerate(DAYS)]


def _clock(at: time) -> str:
    return "24:00" if at == time.max else f"{at:%H:%M}"


def days_off(today: date, count: int = 8) -> list[tuple[date, str]]:
    """The next public holidays and their names: closed whatever the hours say."""
    import holidays

    found = holidays.country_holidays("PL", years=[today.year, today.year + 1], language="pl")
    return sorted((day, name) for day, name in found.items() if day >= today)[:count]


def set_hours(tx: Tx, house: House, agent: Agent, days: Sequence[str], *, now: int) -> None:
    """`days`: the seven days as `by_day` writes them. Raises Rejected where one cannot be read."""
    spans = [f"{DAYS[n]} {span.strip()}" for n, day in enumerate(days) for span in day.split(",") if span.strip()]
    try:
        house.put_hours(tx, "; ".join(spans).replace("–", "-"), agent_id=agent.id, now=now)
    except ContentFault:
        raise Rejected(code="bad_hours") from None
    _note(tx, agent, "hours_set", "", now)


def set_department(
    tx: Tx, house: House, agent: Agent, code: str | None, short: str, full: str, genitive: str, *, now: int
) -> None:
    """A department's names; without `code` a new one. The dictionary inflects `full` ("dział szkód")."""
    short, full, genitive = short.strip(), full.strip(), genitive.strip()
    if not short or not full or len(short) > 40 or len(full) > 80:
        raise Rejected(code="bad_department")
    known = house.names.section(DEPARTMENTS)
    before = known.get(code or "", {})
    if full != before.get("M") and genitive == before.get("D"):
        genitive = ""  # of the name that was: the dictionary is asked anew
    code = code or _code(short, known)
    house.put_entry(
        tx,
        DEPARTMENTS,
        code,
        {"nazwa": short, "M": full, **_inflected(full, genitive)},
        agent_id=agent.id,
        now=now,
    )
    _note(tx, agent, "department_set", code, now)


def _inflected(full: str, genitive: str) -> dict[str, str]:
    made = {}
    for case, name in CASES.items():
        try:
            made[case] = decline(full, name)
        except UninflectableError:
            if not genitive:
                raise Rejected(code="no_forms") from None
            # The texts shipped ask for the genitive; a name unknown to the dictionary stays as it is elsewhere.
            made[case] = full
    return {**made, **({"D": genitive} if genitive else {})}


def remove_department(tx: Tx, house: House, agent: Agent, code: str, *, now: int) -> None:
    """Raises Rejected for a department of the files, which flows may name, and for the one that gets all the rest."""
    if house.is_from_files(DEPARTMENTS, code) or code == DEFAULT_DEPARTMENT:
        raise Rejected(code="department_needed")
    house.put_entry(tx, DEPARTMENTS, code, None, agent_id=agent.id, now=now)
    _note(tx, agent, "department_removed", code, now)


def set_reply(
    tx: Tx,
    house: House,
    agent: Agent,
    code: str | None,
    shortcut: str,
    title: str,
    text: str,
    known: Mapping[str, Any],
    *,
    now: int,
) -> None:
    """A canned reply; without `code` a new one. Raises Rejected where some customer could not be told it."""
    shortcut, title, text = shortcut.strip().lower(), title.strip(), text.strip()
    if not _SHORTCUT.match(shortcut) or not title or not text or len(title) > 80 or len(text) > TEXT_LIMIT:
        raise Rejected(code="bad_reply")
    replies = house.names.section(CANNED)
    if any(entry["skrot"] == shortcut for other, entry in replies.items() if other != code):
        raise Rejected(code="shortcut_in_use")
    if any(form.is_fatal for form in forms(house.names, text, known)):
        raise Rejected(code="unsayable")
    code = code or _code(shortcut, replies)
    entry = {"skrot": shortcut, "tytul": title, "text": text}
    house.put_entry(tx, CANNED, code, entry, agent_id=agent.id, now=now)
    _note(tx, agent, "reply_set", code, now)


def remove_entry(tx: Tx, house: House, agent: Agent, section: str, code: str, *, now: int) -> None:
    house.put_entry(tx, section, code, None, agent_id=agent.id, now=now)
    _note(tx, agent, f"{section}_removed", code, now)


def restore_entry(tx: Tx, house: House, agent: Agent, section: str, code: str, *, now: int) -> None:
    house.restore_entry(tx, section, code, agent_id=agent.id, now=now)
    _note(tx, agent, f"{section}_restored", code, now)


def _code(name: str, taken: Mapping[str, Any]) -> str:
    """A code of ASCII letters that no entry has: "Flota Śląsk" is "flota_slask"."""
    stem = re.sub(r"[^a-z0-9]+", "_", plain(name.lower())).strip("_")[:30] or "nowy"
    numbered = [stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))]
    return next(code for code in numbered if code not in taken)


def _note(tx: Tx, agent: Agent, what: str, code: str, now: int) -> None:
    audit.note(tx, at=now, who=f"agent:{agent.id}", what=what, subject=code or None)
