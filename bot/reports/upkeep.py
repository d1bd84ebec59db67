"""What the reports need besides the turns: entries gathered into sums, and customers who fell silent noticed.

Runs beside the worker's lanes; several workers may do it at once.
"""

from __future__ import annotations

import asyncio

from bot.clock import Clock
from bot.errors import DyzurnyError
from bot.logs import logger
from bot.reports import ledger
from bot.reports.letter import Letter
from bot.reports.matter import SILENT_MS
from bot.store import matters, tallies
from bot.store.database import Database, Tx
from bot.store.times import to_ms

log = logger("reports")

EVERY_S = 60.0
# Short transactions: on SQLite every turn waits for them.
SILENT_AT_ONCE = 200


class Upkeep:
    def __init__(self, database: Database, clock: Clock, letter: Letter | None = None) -> None:
        """`letter`: the weekly summary, where one is wanted."""
        self.database = database
        self.clock = clock
        self.letter = letter

    async def watch(self) -> None:
        """For ever; a failed round is one round less."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.once()
            except DyzurnyError as error:
                log.error("upkeep_failed", code=error.code)
            except Exception:
                log.exception("upkeep_failed")

    async def once(self) -> None:
        while await self.database.run(tallies.gather) == tallies.GATHERED_AT_ONCE:
            pass
        while await self.database.run(self._notice_silence) == SILENT_AT_ONCE:
            pass
        if self.letter is not None:
            await self.letter.send_if_due()

    def _notice_silence(self, tx: Tx) -> int:
        found = matters.silent(tx, to_ms(self.clock()) - SILENT_MS, SILENT_AT_ONCE)
        for matter in found:
            ledger.left(tx, matter)
        return len(found)
