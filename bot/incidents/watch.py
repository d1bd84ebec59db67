"""Counts subjects beside the worker's lanes and suggests an incident where one rises, as rising.py decides."""

from __future__ import annotations

import asyncio

from bot.clock import Clock
from bot.errors import DyzurnyError
from bot.incidents import rising
from bot.incidents.rising import SLOT_MS, Usual
from bot.incidents.telling import Consoles
from bot.logs import logger
from bot.store import incidents, rises
from bot.store.database import Database, Tx
from bot.store.times import to_ms

EVERY_S = 30.0
# The newest messages of both sides that are looked at; more in ten minutes is a rise whatever was before them.
LOOKED_AT = 20_000
KEPT_MS = 40 * 24 * 3_600_000
# A subject that was suggested, and perhaps turned down, is not suggested again before.
QUIET_MS = 2 * 3_600_000
# With less to compare with nothing is suggested: the first hour of an installation is all new.
LEAST_HISTORY_SLOTS = 12

log = logger("incidents")


class Watch:
    def __init__(self, database: Database, desk: Consoles, clock: Clock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def run(self) -> None:
        while True:
            try:
                await self.round()
            except DyzurnyError as error:
                log.error("rise_watch_failed", code=error.code)
            except Exception:
                log.exception("rise_watch_failed")
            await asyncio.sleep(EVERY_S)

    async def round(self) -> None:
        """Count the present ten minutes and those before; several workers count the same to the same numbers."""
        now = to_ms(self.clock())
        slot = rising.slot_of(now)
        heard = await self.database.read(lambda tx: rises.lately(tx, slot - SLOT_MS, LOOKED_AT))
        counts = {each: rising.count(heard, each) for each in (slot - SLOT_MS, slot)}
        await self.database.run(lambda tx: self._keep(tx, counts, now))

    def _keep(self, tx: Tx, counts: dict[int, dict[str, int]], now: int) -> None:
        for slot, counted in counts.items():
            rises.keep(tx, slot, counted)
            self._suggest(tx, slot, counted, now)
        rises.forget(tx, now - KEPT_MS)

    def _suggest(self, tx: Tx, slot: int, counted: dict[str, int], now: int) -> None:
        candidates = {subject: number for subject, number in counted.items() if number >= rising.MOST_ALONE}
        if not candidates:
            return
        declared = {intent for each in incidents.unsettled(tx) if not each.is_over(now) for intent in each.intents}
        usual = self.usual(tx, slot)
        for subject, number in candidates.items():
            level = usual.get(subject, usual.get(""))
            if level is None or subject in declared or not rising.is_rise(number, level):
                continue
            figures = {"customers": number, "usual": level.customers, "weeks": level.weeks}
            if rises.suggest(tx, subject=subject, slot=slot, **figures, at=now, quiet=QUIET_MS):  # type: ignore[arg-type]
                log.warning("subject_rises", subject=subject, customers=number)
                self.desk.announce(tx, "incident")

    def usual(self, tx: Tx, slot: int) -> dict[str, Usual]:
        """By subject; "" for those that nobody asked about. Empty where there is too little to compare with."""
        first = rises.first_slot(tx)
        if first is None or slot - first < LEAST_HISTORY_SLOTS * SLOT_MS:
            return {}
        weeks = rising.same_hours(slot, first)
        slots = [each for week in weeks for each in week] or rising.day_before(slot, first)
        sums = rises.sums(tx, slots)
        return {"": Usual(0.0, len(weeks))} | {s: Usual(total / len(slots), len(weeks)) for s, total in sums.items()}
