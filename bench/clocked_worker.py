"""The product's worker with a clock at each of its doors; writes what they showed when it is stopped."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from bot.cli import running
from bot.dialogue.client import RasaClient
from bot.intake.lanes import Lane
from bot.intake.turns import Turns
from bot.intake.worker import Worker
from bot.messenger.graph import GraphClient
from bot.outbox.rates import Rates
from bot.store.database import Database

_SECONDS: dict[str, float] = defaultdict(float)
_COUNT: dict[str, int] = defaultdict(int)
_DOORS: tuple[tuple[str, Any, str], ...] = (
    ("Rasa's turn", RasaClient, "turn"),
    ("SQL transactions that write", Database, "run"),
    ("SQL transactions that read", Database, "read"),
    ("the call of the Send API", GraphClient, "send_message"),
    ("Redis: claiming", Lane, "claim"),
    ("Redis: events done, leases let go", Lane, "done"),
    ("Redis: leases let go", Lane, "release"),
    ("Redis: asking for work", Lane, "want"),
    ("Redis: rates of page and thread", Rates, "wait_ms"),
    ("turns", Turns, "take"),
)


def _clock(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def clocked(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return await method(*args, **kwargs)
        finally:
            _SECONDS[name] += time.perf_counter() - start
            _COUNT[name] += 1

    return clocked


def _write() -> None:
    shown = {name: {"seconds": _SECONDS[name], "count": _COUNT[name]} for name in _SECONDS if name != "turns"}
    folder = Path(os.environ["DYZURNY_VAR_DIR"]).parent
    (folder / "clocks.json").write_text(json.dumps({**shown, "turns": max(1, _COUNT["turns"])}), encoding="utf-8")


async def _run(self: Worker) -> None:
    try:
        await _run_plainly(self)
    finally:
        await asyncio.to_thread(_write)


_run_plainly = Worker.run

if __name__ == "__main__":
    for door, of, called in _DOORS:
        setattr(of, called, _clock(door, getattr(of, called)))
    Worker.run = _run  # type: ignore[method-assign]
    running.worker()
