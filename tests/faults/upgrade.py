"""From a former version to this one while customers talk: `make faults ARGS="upgrade --former <commit>"`.

The former version's processes are those of its own files, taken out of the project's history; they begin on a database
of their own schema, which this version brings along under them, as a rolling upgrade does.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tarfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from bot.store import migrate
from tests.faults.laboratory import Version
from tests.faults.scenario import Course, Scenario
from tests.support.processes import ROOT

# Old and new work side by side for so long after each step.
TOGETHER_S = 5.0


async def upgrade(course: Course) -> None:
    """As docs/wdrozenie.md says: the database first, then one process after the other."""
    await asyncio.sleep(TOGETHER_S)
    await asyncio.to_thread(migrate, course.lab.database_url)
    course.remarks.append(f"from {course.lab.version.name}")
    course.lab.version = Version()
    for part in (*course.lab.of("worker"), *course.lab.of("web")):
        await asyncio.sleep(TOGETHER_S)
        await course.lab.end(part)
        part.argv = course.lab.version.command(part.name.rstrip("0123456789"))
        course.lab.start(part)
        if part.name.startswith("web"):
            await course.lab.ready(part)
    await asyncio.sleep(TOGETHER_S)


# What customers hear is compared with what the former version said in calm. After the upgrade a conversation goes on in
# a new session of Rasa's, by whose count one of a text's wordings is chosen, and texts may have been reworded since.
SCENARIO = Scenario("upgrade from a former version", upgrade, webs=2, workers=2, excuses=("changed",))


def from_former(commit: str, folder: Path) -> Scenario:
    """The scenario with the files of `commit` in `folder`. Raises CalledProcessError where there is no such commit."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    version = Version(commit, folder)
    subprocess.run(version.command("compile"), check=True, stdout=sys.stderr)
    return replace(SCENARIO, former=version)
