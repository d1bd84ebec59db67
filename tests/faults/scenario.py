"""What a scenario is and how one is run: a crowd talks while a fault happens, then everything is compared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.crowd import Crowd, rehearse
from tests.faults.judgement import Verdict, judge
from tests.faults.laboratory import Laboratory, Part, Version, laboratory
from tests.faults.scripts import SCRIPTS, Learnt, Script
from tests.support.postgres import postgres
from tests.support.processes import Processes

# So many talk at once, for as long as the fault goes on: a lonely customer would meet all of it.
AT_ONCE = 32


@dataclass(slots=True)
class Course:
    """Given to a fault: the laboratory, how large the run is, and a place for what it wants to say afterwards."""

    lab: Laboratory
    crowd: Crowd
    dialogues: int
    long: bool
    remarks: list[str] = field(default_factory=list)


Fault = Callable[[Course], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    fault: Fault
    workers: int = 1
    webs: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[Script, ...] = SCRIPTS
    patience_s: float = 90
    postgresql: bool = False
    former: Version | None = None  # whose processes begin, instead of this version's
    sets_aside: bool = False  # events are meant to be set aside
    # More come at once than can be answered in the time promised: then dots within it will do.
    overwhelms: bool = False
    excuses: tuple[str, ...] = ()  # kinds of faults that this scenario makes unavoidable; said in its remarks
    # Runs after the judgement; may judge what is this scenario's own, and adds faults to the verdict.
    also: Callable[[Course, Verdict], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    scenario: str
    verdict: Verdict
    remarks: tuple[str, ...]
    seconds: float


async def run(
    scenario: Scenario, lab: Laboratory, learnt: Learnt, dialogues: int, *, long: bool = False, first: int = 31_000
) -> Outcome:
    """Let at least `dialogues` customers talk while the fault happens; customers' numbers begin with `first`."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    crowd = Crowd(lab, learnt, patience_s=scenario.patience_s, first=first)
    course = Course(lab, crowd, dialogues, long)
    happening = asyncio.create_task(_happen(scenario.fault, course))
    try:
        talking: set[asyncio.Task[None]] = set()
        while len(crowd.customers) < dialogues or not happening.done():
            while len(talking) < min(AT_ONCE, dialogues):
                talking.add(crowd.come(scenario.scripts))
            done, talking = await asyncio.wait({*talking}, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        await asyncio.gather(*talking, happening)
    finally:
        happening.cancel()
    verdict = await judge(lab, crowd, sets_aside=scenario.sets_aside, dots_do=scenario.overwhelms)
    for kind in scenario.excuses:
        if excused := verdict.counts.pop(kind, 0):
            course.remarks.append(f"{excused} {kind}, unavoidable")
    if scenario.also is not None:
        await scenario.also(course, verdict)
    await lab.heal()
    return Outcome(scenario.name, verdict, tuple(course.remarks), loop.time() - began)


async def _happen(fault: Fault, course: Course) -> None:
    await fault(course)


async def run_alone(
    scenario: Scenario,
    processes: Processes,
    folder: Path,
    rasa_url: str,
    dialogues: int,
    *,
    long: bool,
    settings: Mapping[str, str] | None = None,
    rasa: Part | None = None,
) -> Outcome:
    """Run the scenario in a laboratory of its own; `rasa` is the process at `rasa_url` where it may be killed."""
    with ExitStack() as stack:
        # PostgreSQL is another program of the laboratory's, started only where a scenario asks for it.
        database_url = stack.enter_context(postgres()).database() if scenario.postgresql else ""
        async with laboratory(
            processes,
            folder,
            rasa_url,
            webs=scenario.webs,
            workers=scenario.workers,
            settings={**scenario.settings, **(settings or {})},
            database_url=database_url,
            rasa=rasa,
            version=scenario.former,
        ) as lab:
            learnt = await rehearse(lab, scenario.scripts)
            return await run(scenario, lab, learnt, dialogues, long=long)


HEAD = f"{'scenario':<46}{'dialogues':>10}{'lost':>6}{'doubled':>9}{'misord.':>9}{'changed':>9}{'voice':>7}{'late':>6}"
HEAD += f"{'notices':>9}{'slowest':>9}{'took':>7}"


def line(outcome: Outcome) -> str:
    """One row of the table under HEAD."""
    verdict = outcome.verdict
    figures = [verdict.counts[kind] for kind in ("lost", "doubled", "misordered", "changed", "wrong voice", "late")]
    shown = "".join(f"{figure:>{width}}" for figure, width in zip(figures, (6, 9, 9, 9, 7, 6), strict=True))
    text = f"{outcome.scenario:<46}{verdict.dialogues:>10}{shown}{verdict.notices:>9}{verdict.slowest_s:>8.1f}s"
    return f"{text}{outcome.seconds:>6.0f}s  {'; '.join(outcome.remarks)}"
