"""The trained model of the present content: where it lies and when it is made; knows nothing of what it learns."""

from __future__ import annotations

from pathlib import Path

from bot.settings import ROOT, Settings
from bot.supervisor.faults import CannotRun


def place(settings: Settings) -> Path:
    """Where the model of the present content lies, or would: named by the content's hash."""
    from bot.dialogue import compiler

    return ROOT / "models" / f"{compiler.content_hash(settings.content_dir)}.tar.gz"


def trained(settings: Settings) -> Path:
    """The model of the present content; CannotRun if it was never trained."""
    model = place(settings)
    if not model.is_file():
        raise CannotRun("The content has no trained model yet: train it with `dyzurny train`.")
    return model


def train(settings: Settings, *, force: bool) -> Path:
    """Train the model unless it is there, and return its place."""
    from bot.dialogue import compiler

    model = place(settings)
    if force or not model.is_file():
        compiler.train(settings.content_dir, model)
    return model
