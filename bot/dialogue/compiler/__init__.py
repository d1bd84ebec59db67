"""Turns flows, texts and examples into a Rasa project and a model; the editor's checks live here."""

from bot.dialogue.compiler.build import BuildResult, build
from bot.dialogue.compiler.checks import CHECKS, check
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowfiles import Flows, load_flows
from bot.dialogue.compiler.hashing import content_hash
from bot.dialogue.compiler.training import TrainingError, train

__all__ = [
    "CHECKS",
    "BuildResult",
    "Fault",
    "Flows",
    "TrainingError",
    "build",
    "check",
    "content_hash",
    "load_flows",
    "train",
]
