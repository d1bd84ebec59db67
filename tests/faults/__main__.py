"""`make faults`: every scenario with at least two hundred dialogues in a laboratory of its own, and a table.

Exit code 0 only if nothing was lost, doubled, misordered, changed, said by the wrong voice or late. Rasa is started
once and serves all laboratories.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.supervisor import model, rasa_server, surroundings
from bot.supervisor.ports import free_port
from bot.supervisor.ready import rasa_understands
from tests.faults import (
    batches,
    clocks,
    incidents,
    poison,
    rasas,
    redises,
    sends,
    sql,
    storm,
    upgrade,
    voices,
    webhooks,
    workers,
)
from tests.faults.laboratory import Part
from tests.faults.scenario import HEAD, Outcome, Scenario, line, run_alone
from tests.support.processes import Processes, processes
from tests.support.servers import RASA_SECONDS, start_redis

DIALOGUES = 200
MODULES = (workers, webhooks, batches, redises, rasas, sql, sends, voices, clocks, poison, incidents, storm)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of the names of the scenarios to run; none: all of them")
    parser.add_argument("--dialogues", type=int, default=DIALOGUES, help="at least so many in each scenario")
    parser.add_argument("--short", action="store_true", help="each fault a few times instead of many")
    parser.add_argument("--former", help="a commit: also upgrade from its version to this one")
    return parser.parse_args()


def chosen(only: list[str], more: Sequence[Scenario] = ()) -> Iterator[Scenario]:
    for scenario in (*(one for module in MODULES for one in module.SCENARIOS), *more):
        if not only or any(part.lower() in scenario.name.lower() for part in only):
            yield scenario


async def run_all(arguments: argparse.Namespace, running: Processes, folder: Path) -> list[Outcome]:
    trained = await asyncio.to_thread(model.train, surroundings.load_settings(), print, force=False)
    trackers = await asyncio.to_thread(_start_redis, running, folder / "trackers")
    rasa, rasa_url = await _start_rasa(running, folder / "rasa", trained, trackers)
    outcomes = []
    former = [upgrade.from_former(arguments.former, folder / "former")] if arguments.former else []
    print(HEAD, flush=True)
    for n, scenario in enumerate(chosen(arguments.only, former)):
        place = folder / f"laboratory{n}"
        outcome = await run_alone(
            scenario, running, place, rasa_url, arguments.dialogues, long=not arguments.short, rasa=rasa
        )
        outcomes.append(outcome)
        print(line(outcome), flush=True)
        for example in outcome.verdict.examples:
            print(f"    {example}", flush=True)
    return outcomes


def _start_redis(running: Processes, folder: Path) -> str:
    return start_redis(running, folder).removesuffix("/0") + "/1"


async def _start_rasa(running: Processes, folder: Path, trained: Path, trackers: str) -> tuple[Part, str]:
    """A Rasa whose process the laboratories know, so that one of them can kill it."""
    port = free_port()
    rasa_server.write_configuration(folder, trackers)
    argv = tuple(rasa_server.command_line(trained, folder, port))
    part = Part("rasa", argv, folder / "rasa.log", rasa_server.environment())
    part.child = running.start(part.argv, part.log, part.env)
    url = f"http://127.0.0.1:{port}"
    for _ in range(RASA_SECONDS * 2):
        if await rasa_understands([url])():
            break
        await asyncio.sleep(0.5)
    return part, url


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="faults-") as name, processes() as running:
        outcomes = asyncio.run(run_all(arguments, running, Path(name)))
    failed = [outcome.scenario for outcome in outcomes if not outcome.verdict.passes]
    dialogues = sum(outcome.verdict.dialogues for outcome in outcomes)
    print(f"{len(outcomes)} scenarios, {dialogues} dialogues; not at nought: {', '.join(failed) or 'none'}")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
