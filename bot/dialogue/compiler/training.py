"""Trains a model for the content in Rasa's own environment, once for each state of the content."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.dialogue.compiler.build import build
from bot.dialogue.compiler.hashing import content_hash
from bot.dialogue.compiler.rasa_command import TrainingError as TrainingError
from bot.dialogue.compiler.rasa_command import environment as environment
from bot.dialogue.compiler.rasa_command import for_config
from bot.dialogue.compiler.rasa_command import python as python

Progress = Callable[[str], None]
"""Told in a word or two what is going on: a component being trained, the model being packed."""

_COMPONENT = re.compile(r"Starting to train component '(\w+)'|Restored component '(\w+)'")
_FALSE_ALARM = re.compile(r"The utterance 'utter_ask_\w+' is not used in any story or rule\.")
_LINES_KEPT = 40


def train(
    root: Path,
    progress: Progress | None = None,
    *,
    models: Path | None = None,
    work: Path | None = None,
    checked: bool = False,
) -> Path:
    """The model of the content under `root`: models/<hash>.tar.gz, trained unless it is there already.

    `work` (default root/build) gets the Rasa project. The model appears under its name only when it is whole.
    Raises ContentFaults where the content has faults and TrainingError where Rasa does not come to an end;
    models trained before are untouched by either.
    """
    tell = progress or (lambda _: None)
    models = models or root / "models"
    target = models / f"{content_hash(root)}.tar.gz"
    tell("check")
    if not target.exists():
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models, prefix=".training-") as folder:
            # A project of this training's own: another training, or an editor's save, may rebuild `work` meanwhile.
            project = build(root, Path(folder) / "project", checked=checked).folder
            _run(_command(project, Path(folder)), project, tell)
            trained = next(Path(folder).glob("*.tar.gz"), None)
            if trained is None:
                raise TrainingError("Rasa ended without a model.")
            # The same file system, so the name changes hands in one step.
            trained.replace(target)
    build(root, work or root / "build", checked=checked)
    return target


def validate(project: Path) -> list[str]:
    """What `rasa data validate` complains about in a built project, but for its one false alarm.

    It calls every `utter_ask_…` unused, which a form asks by its name; those lines are left out by that name.
    Raises TrainingError where the validation itself breaks down.
    """
    files = ["--domain", "domain.yml", "--data", "nlu", "rules.yml", "--config", "config.yml"]
    command = [*for_config(project / "config.yml"), "data", "validate", *files]
    done = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    complaints = list(_complaints(done.stdout + done.stderr))
    if done.returncode != 0 and not complaints:
        raise TrainingError(_tail((done.stdout + done.stderr).splitlines()))
    return complaints


def _command(project: Path, models: Path) -> list[str]:
    files = ["--domain", "domain.yml", "--data", "nlu", "rules.yml", "--config", "config.yml"]
    rasa = for_config(project / "config.yml")
    # Rasa's validation looks for less than `check` has found wanting by now, and takes a fifth of the training.
    return [*rasa, "train", *files, "--skip-validation", "--out", str(models.resolve()), "--fixed-model-name", "model"]


def _run(command: list[str], project: Path, tell: Progress) -> None:
    last: deque[str] = deque(maxlen=_LINES_KEPT)
    with subprocess.Popen(  # noqa: S603
        command, cwd=project, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        for line in running.stdout or ():
            last.append(line.rstrip())
            found = _COMPONENT.search(line)
            if found:
                tell(str(found.group(1) or found.group(2)))
    if running.returncode != 0:
        raise TrainingError(_tail(last))


def _tail(lines: deque[str] | list[str]) -> str:
    return "\n".join(list(lines)[-_LINES_KEPT:])


def _complaints(output: str) -> Iterator[str]:
    for block in re.split(r"\S*: UserWarning: ", output)[1:]:
        said = " ".join(block.split("More info at")[0].split())
        if not _FALSE_ALARM.match(said):
            yield said
