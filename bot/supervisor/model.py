"""The trained model of the present content: where it lies and when it is made; knows nothing of what it learns."""

from __future__ import annotations

import fcntl
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import ROOT, Settings
from bot.supervisor.faults import CannotRun

MODELS = ROOT / "models"


def place(settings: Settings) -> Path:
    """Where the model of the present content lies, or would: named by the content's hash."""
    from bot.dialogue import compiler

    return MODELS / f"{compiler.content_hash(settings.content_dir)}.tar.gz"


def trained(settings: Settings) -> Path:
    """The model of the present content; CannotRun if it was never trained."""
    model = place(settings)
    if not model.is_file():
        raise CannotRun("The content has no trained model yet: train it with `dyzurny train`.")
    return model


def train(settings: Settings, tell: Callable[[str], None], *, force: bool, checked: bool = False) -> Path:
    """Leave a model and compiled flows of the present content, making what is missing; return the model's place.

    `tell` hears what is being trained. `checked`: the caller has seen to the content's faults. Who asks for a model
    that another process is training waits for it. Raises ContentFault for faulty content, TrainingError if Rasa fails.
    """
    model = place(settings)
    if force or not _is_there(model, settings):
        with _alone(model):
            _make(model, settings, tell, force=force, checked=checked)
    return model


def _make(model: Path, settings: Settings, tell: Callable[[str], None], *, force: bool, checked: bool) -> None:
    from bot.dialogue import compiler

    if force:
        model.unlink(missing_ok=True)
    if not model.is_file():
        compiler.train(settings.content_dir, tell, models=MODELS, work=_compiled(settings), checked=checked)
    elif not _is_there(model, settings):
        # The content went back to a state that has its model; the compiled flows are of the state between.
        compiler.build(settings.content_dir, _compiled(settings), checked=checked)


@contextmanager
def _alone(model: Path) -> Iterator[None]:
    """Hold this model's byte of the folder's lock: two at a time would train the same, others are not kept waiting."""
    model.parent.mkdir(parents=True, exist_ok=True)
    with (model.parent / ".lock").open("ab") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX, 1, zlib.crc32(model.name.encode()))
        yield


def _is_there(model: Path, settings: Settings) -> bool:
    """Whether neither model nor compiled flows are missing."""
    return model.is_file() and _hash_of_compiled(settings) == model.name.removesuffix(".tar.gz")


def _compiled(settings: Settings) -> Path:
    return settings.content_dir / "build"


def _hash_of_compiled(settings: Settings) -> str | None:
    flows = _compiled(settings) / "flows.json"
    if not flows.is_file():
        return None
    found = json.loads(flows.read_text(encoding="utf-8")).get("hash")
    return str(found) if found else None
