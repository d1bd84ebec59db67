"""Replacements for two slow spots of rasa 3.6.21, each with its reason; another version is left alone.

Without an action server these are what is left of the overhead that Rasa's own code adds to every turn.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import rasa
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

PINNED = "3.6.21"

_log = logging.getLogger(__name__)
_applied = False


def apply() -> bool:
    """Puts the replacements in place, once; False and a warning under any other version of Rasa."""
    global _applied
    if rasa.__version__ != PINNED:
        _log.warning("speedups are for rasa %s and are left out under %s", PINNED, rasa.__version__)
        return False
    if not _applied:
        DaskGraphRunner.run = _run
        Event.resolve_by_type = staticmethod(_resolve_by_type)
        _applied = True
    return True


@lru_cache(maxsize=1)
def _event_types(count: int) -> dict[str, type[Event]]:
    return {cls.type_name: cls for cls in reversed(all_subclasses(Event)) if hasattr(cls, "type_name")}


def _resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Rasa walks every subclass of Event for each event it reads back: a whole tracker, every turn."""
    found = _event_types(len(Event.__subclasses__())).get(type_name)
    if found is not None:
        return found
    if type_name == "topic":
        return None
    if default is not None:
        return default
    raise ValueError(f"Unknown event name '{type_name}'.")


def _run(self: Any, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
    """Rasa builds a dask graph for every prediction and hands it to a scheduler made for clusters.

    The graphs of a loaded model never change, so the order of their nodes is found once for each set of targets,
    and the nodes are called in that order.
    """
    wanted = targets if targets else self._graph_schema.target_names
    given = dict(inputs or {})
    results: dict[str, Any] = {}
    try:
        for name, needs in _order(self, tuple(wanted)):
            arguments = ((need, given[need]) if need in given else results[need] for need in needs)
            results[name] = self._instantiated_nodes[name](*arguments)
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return {name: results[name][1] for name in wanted}


def _order(runner: Any, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Names of the nodes with what they need, each after its needs; kept on the runner itself."""
    orders = runner.__dict__.setdefault("_dyzurny_orders", {})
    if targets not in orders:
        orders[targets] = _sorted(runner._graph_schema.minimal_graph_schema(list(targets)))
    found: list[tuple[str, tuple[str, ...]]] = orders[targets]
    return found


def _sorted(schema: Any) -> list[tuple[str, tuple[str, ...]]]:
    order: dict[str, tuple[str, ...]] = {}

    def visit(name: str) -> None:
        if name in order or name not in schema.nodes:
            return
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            visit(need)
        order[name] = needs

    for name in schema.nodes:
        visit(name)
    return list(order.items())
