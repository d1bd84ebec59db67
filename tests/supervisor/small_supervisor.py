"""A supervisor of two small processes, to be killed by a test: `small_supervisor.py FOLDER LIFE_SCRIPT PORT`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.supervisor.children import Children
from bot.supervisor.program import Program
from bot.supervisor.watch import Watch


async def main(folder: Path, script: str, port: str) -> None:
    async with Children(folder) as children:
        watch = Watch(children, lambda news: None)
        for name, kind in (("first", "parent"), ("second", "plain")):
            watch.keep(Program(name, (sys.executable, script, name, port, kind), folder / f"{name}.log"))
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
