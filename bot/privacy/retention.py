"""Removes what is over its term, once a day, and counts it beforehand for whoever wants to look first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update

from bot.clock import Clock
from bot.errors import DyzurnyError
from bot.logs import logger
from bot.privacy.terms import Kind, Rule, limits, rules
from bot.settings import Settings
from bot.store import audit
from bot.store.database import Database, Tx
from bot.store.erasure import media_folder, sent_folder
from bot.store.schema import attachments
from bot.store.times import to_ms

log = logger("privacy")

EVERY_S = 24 * 3600.0
# A worker that has just started has customers to look after first.
FIRST_S = 600.0
# Rows a transaction: nobody's message waits long for SQLite's one writer.
BATCH = 500
# A file younger than this may be one whose row is being written.
UNCLAIMED_AFTER = timedelta(days=1)


class Retention:
    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock

    async def watch(self) -> None:
        """Remove for ever, daily. Several workers may do so at once: what one has removed the other does not find."""
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await self.remove()
            except DyzurnyError as error:
                log.error("retention_failed", code=error.code)
            except Exception:
                log.exception("retention_failed")
            await asyncio.sleep(EVERY_S)

    async def count(self) -> dict[Kind, int]:
        """How much of each kind `remove` would remove now."""
        now = self.clock()
        limit = limits(self.settings, now)
        counts = await self.database.read(
            lambda tx: {kind: sum(_count(tx, rule) for rule in rules(kind, limit)) for kind in Kind}
        )
        counts[Kind.FILES] += len(await self._unclaimed(now))
        return counts

    async def remove(self) -> dict[Kind, int]:
        """Remove it, put the counts on record, and give them back."""
        now = self.clock()
        limit = limits(self.settings, now)
        removed = dict.fromkeys(Kind, 0)
        for kind in Kind:
            for rule in rules(kind, limit):
                removed[kind] += await self._apply(rule)
        unclaimed = await self._unclaimed(now)
        await asyncio.to_thread(_unlink, unclaimed)
        removed[Kind.FILES] += len(unclaimed)
        if any(removed.values()):
            counts = {kind.value: count for kind, count in removed.items() if count}
            await self.database.run(
                lambda tx: audit.note(tx, at=to_ms(now), who="system", what="retention", removed=counts)
            )
        log.info("retention", **{f"of_{kind}": count for kind, count in removed.items()})
        return removed

    async def _apply(self, rule: Rule) -> int:
        total = 0
        while True:
            count, paths = await self.database.run(lambda tx: _batch(tx, rule))
            await asyncio.to_thread(_unlink, paths)
            total += count
            if count < BATCH:
                return total

    async def _unclaimed(self, now: datetime) -> list[Path]:
        """Files on disk that no row names (any more), and files agents sent that are over their term."""
        claimed = {Path(path).name for path in await self.database.read(_claimed)}
        media = _older(media_folder(self.settings.var_dir), now - UNCLAIMED_AFTER)
        sent = _older(sent_folder(self.settings.var_dir), now - self.settings.retain_files)
        return [path for path in media if path.name not in claimed] + sent


def _count(tx: Tx, rule: Rule) -> int:
    return tx.scalar(select(func.count()).select_from(rule.table).where(rule.over)) or 0


def _batch(tx: Tx, rule: Rule) -> tuple[int, list[Path]]:
    """Up to BATCH rows; how many they were, and the files that go with them."""
    [key] = rule.table.primary_key.columns
    found = list(tx.scalars(select(key).where(rule.over).order_by(key).limit(BATCH)))
    paths: list[Path] = []
    if rule.table is attachments and found:
        named = tx.scalars(select(attachments.c.path).where(key.in_(found), attachments.c.path.is_not(None)))
        paths = [Path(path) for path in named]
    if found:
        which = key.in_(found)
        tx.execute(
            update(rule.table).where(which).values(**rule.blank) if rule.blank else delete(rule.table).where(which)
        )
    return len(found), paths


def _claimed(tx: Tx) -> list[str]:
    return list(tx.scalars(select(attachments.c.path).where(attachments.c.path.is_not(None))))


def _older(folder: Path, than: datetime) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < than.timestamp()]


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
