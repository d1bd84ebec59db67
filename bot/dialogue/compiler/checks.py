"""Everything that `dyzurny check` looks at: a registry of checks, run together, all faults at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.dialogue.compiler.content import Content, read_content
from bot.dialogue.compiler.dialoguechecks import check_dialogues
from bot.dialogue.compiler.examplechecks import check_examples
from bot.dialogue.compiler.faults import Fault
from bot.dialogue.compiler.flowchecks import check_flows
from bot.dialogue.compiler.referencechecks import check_references
from bot.dialogue.compiler.sourcechecks import check_sources
from bot.dialogue.compiler.textchecks import check_names
from bot.dialogue.compiler.wordingchecks import check_wording

Check = Callable[[Content], list[Fault]]

CHECKS: list[Check] = [
    check_flows,
    check_names,
    check_references,
    check_wording,
    check_sources,
    check_examples,
    check_dialogues,
]
"""A check is a function from the content to its faults; packages add theirs with `CHECKS.append`."""


def check(root: Path) -> list[Fault]:
    """Every fault of the content under `root`, in the order of files and lines, each once."""
    content = read_content(root)
    faults = set(content.flows.faults) | set(content.locale.faults) | set(content.nlu.faults)
    for one in CHECKS:
        faults |= set(one(content))
    return sorted(faults)
