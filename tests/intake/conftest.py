"""The record that a test of the intake writes to: a file of its own, `record.db` in the test's folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Database


@pytest.fixture
async def database(tmp_path: Path, migrated_file: bytes) -> AsyncIterator[Database]:
    (tmp_path / "record.db").write_bytes(migrated_file)
    opened = Database(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()
