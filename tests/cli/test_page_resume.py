"""A stopped page is let try on the command line, on a real database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import epoch_ms
from bot.store import Database, stops
from bot.store.schema import page_stops
from bot.store.stops import Stop

PAGE, HOUR_MS = "1234567", 3_600_000


async def test_a_stopped_page_tries_one_message_at_once(
    tmp_path: Path, migrated_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(migrated_file)
    monkeypatch.setenv("DYZURNY_DATABASE_URL", f"sqlite:///{tmp_path / 'record.db'}")
    database = Database(f"sqlite:///{tmp_path / 'record.db'}")

    def resume() -> tuple[int, str]:
        answer = CliRunner().invoke(app, ["page", "resume", PAGE])
        return answer.exit_code, answer.output

    # Each command has a loop of its own.
    code, said = await asyncio.to_thread(resume)
    assert code == 1 and "not stopped" in said
    now = epoch_ms()
    await database.run(lambda tx: stops.stop(tx, PAGE, "stop_page", now, now + HOUR_MS))
    assert (await asyncio.to_thread(resume))[0] == 0
    rests_until = await database.read(lambda tx: tx.scalar(select(page_stops.c.until)))
    assert rests_until is not None and now <= rests_until < now + HOUR_MS
    later = now + HOUR_MS // 2
    looked = [await database.run(lambda tx: stops.look(tx, PAGE, rests_until, later, later + 15_000)) for _ in "ab"]
    assert looked == [Stop.TRYING, Stop.STOPPED]
    database.close()
