"""What was set aside, decided on the command line, on a real database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.store import Database, Tx, set_aside, timers


async def _kept(url: str) -> None:
    def put(tx: Tx) -> None:
        for key in ("m_1", "m_2"):
            event = {"event": {"kind": "message", "key": key, "text": "zalało mi kuchnię"}}
            set_aside.add(
                tx, conversation_id="1:2", event_key=key, event=event, error="KeyError:", attempts=5, at=1_000
            )

    database = Database(url)
    await database.run(put)
    database.close()


async def test_they_are_listed_shown_whole_tried_again_and_dropped_for_a_reason(
    tmp_path: Path, migrated_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(migrated_file)
    url = f"sqlite:///{tmp_path / 'record.db'}"
    monkeypatch.setenv("DYZURNY_DATABASE_URL", url)
    await _kept(url)

    def say(*arguments: str) -> tuple[int, str]:
        answer = CliRunner().invoke(app, ["aside", *arguments])
        return answer.exit_code, answer.output

    def talk() -> None:
        assert say("list")[1].count("1:2\tmessage\tKeyError:\t5") == 2
        assert "zalało mi kuchnię" in say("show", "1")[1]
        assert say("again", "1")[0] == 0
        assert say("drop", "2", "--reason", " ")[0] == 1, "not without a reason"
        assert say("drop", "2", "--reason", "dubel")[0] == 0
        assert say("again", "2")[0] == 1, "it is settled"
        assert say("list") == (0, "")

    # Each command has a loop of its own.
    await asyncio.to_thread(talk)
    database = Database(url)
    (due,) = await database.read(lambda tx: timers.due(tx, 2**60))
    database.close()
    assert (due.id, due.event["kind"]) == ("again:1", "again")
