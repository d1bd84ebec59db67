from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.lifelines import Lifelines, lifelines


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lifelines]:
    async with lifelines(tmp_path) as listening:
        yield listening
