"""What the app needs of the compiled flows: which fields there are, of what kind, and which are sensitive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bot.dialogue.engine.model import CompiledFlows, Step, from_json
from bot.errors import ContentFault

FLOWS_FILE = "flows.json"
COMPILED = Path("build") / FLOWS_FILE


class Flows:
    def __init__(self, compiled: CompiledFlows) -> None:
        self.compiled = compiled
        self.sensitive = _sensitive(compiled)

    def become(self, compiled: CompiledFlows, also: Iterable[CompiledFlows] = ()) -> None:
        """Be another edition's flows. What is sensitive in the editions `also` in use stays so."""
        sensitive = (_sensitive(flows) for flows in (compiled, *also))
        self.compiled, self.sensitive = compiled, frozenset().union(*sensitive)

    def step(self, flow: str, slot: str) -> Step | None:
        found = self.compiled.flows.get(flow)
        return found.collect_of(slot) if found else None

    def field_kind(self, flow: str, slot: str) -> tuple[str, tuple[str, ...]] | None:
        """The kind of `parse_answer` that a field takes, and its options where it is a choice."""
        step = self.step(flow, slot)
        return (step.type, tuple(step.options)) if step else None


def _sensitive(compiled: CompiledFlows) -> frozenset[str]:
    return frozenset(step.slot for flow in compiled.flows.values() for step in flow.collects() if step.sensitive)


def load_compiled(root: Path) -> Flows:
    """Raises ContentFault when the flows have not been compiled."""
    try:
        raw = json.loads((root / COMPILED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentFault("build/flows.json is missing: run `dyzurny train`, or `make run`, which does it.") from None
    return Flows(from_json(raw))
