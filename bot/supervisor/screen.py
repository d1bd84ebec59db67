"""What the person at the terminal sees: live progress on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Screen(Protocol):
    def begin(self, step: str, what: str) -> None:
        """A step that takes a while has begun; `what` says what is being done."""

    def note(self, step: str, detail: str) -> None:
        """Where the step stands at the moment."""

    def finish(self, step: str, how: str) -> None:
        """The step is over; a step that never began is only told."""

    def say(self, sentence: str) -> None:
        """Something happened."""

    def present(self, text: str) -> None:
        """The steps are over: show `text`, which stands by itself."""

    def close(self) -> None:
        """No step goes on any more; what is said from now on are lines."""


class PlainScreen:
    """Lines with the seconds since the start, for logs and CI."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def begin(self, step: str, what: str) -> None:
        self.say(f"{step}: {what} …")

    def note(self, step: str, detail: str) -> None:
        """Plain lines tell beginnings and ends."""

    def finish(self, step: str, how: str) -> None:
        self.say(f"{step}: {how}")

    def say(self, sentence: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - self._start:6.1f} s] {sentence}\n")
        sys.stdout.flush()

    def present(self, text: str) -> None:
        sys.stdout.write(f"\n{text}\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Plain lines need no end."""


class RichScreen:
    """A spinner and a running clock for each step, a tick when it is over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        said = (TextColumn("{task.description}"), TimeElapsedColumn(), TextColumn("[dim]{task.fields[detail]}"))
        self._progress = Progress(SpinnerColumn(finished_text="[green]✓"), *said, console=console)
        self._steps: dict[str, TaskID] = {}

    def begin(self, step: str, what: str) -> None:
        self._progress.start()
        self._steps[step] = self._progress.add_task(f"[bold]{step:8}[/] {what}", total=1, detail="")

    def note(self, step: str, detail: str) -> None:
        self._progress.update(self._steps[step], detail=escape(detail))

    def finish(self, step: str, how: str) -> None:
        task = self._steps.pop(step, None)
        if task is None:
            self.say(f"{step}: {how}")
        else:
            self._progress.update(task, description=f"[bold]{step:8}[/] {how}", completed=1, detail="")

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, highlight=False)

    def present(self, text: str) -> None:
        self.close()
        self._console.print(f"\n{text}\n", markup=False, highlight=False)

    def close(self) -> None:
        self._progress.stop()


def for_this_terminal() -> Screen:
    console = Console()
    return RichScreen(console) if console.is_terminal else PlainScreen()
