"""Run by Rasa's own Python: the replaced parts do what the originals do. Prints one JSON object."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

original_run = DaskGraphRunner.run
original_resolve = Event.resolve_by_type

from bot.rasa_parts import speedups  # noqa: E402 (the originals are kept first)


def node(needs: dict[str, str], name: str) -> tuple[SchemaNode, Any]:
    schema = SchemaNode(needs=needs, uses=object, constructor_name="create", fn="run", config={})

    def call(*arguments: tuple[str, Any]) -> tuple[str, Any]:
        return name, [name, *(value for _, value in sorted(arguments))]

    return schema, call


def graph_results(run: Any) -> list[Any]:
    nodes = {
        "a": node({"x": "__input__"}, "a"),
        "b": node({"x": "a"}, "b"),
        "c": node({"x": "a", "y": "b"}, "c"),
        "unused": node({"x": "c"}, "unused"),
    }
    schema = GraphSchema({name: pair[0] for name, pair in nodes.items()})
    calls = {name: pair[1] for name, pair in nodes.items()}
    runner = SimpleNamespace(_graph_schema=schema, _instantiated_nodes=calls, _execution_context=None)
    runner._build_dask_graph = lambda part: DaskGraphRunner._build_dask_graph(runner, part)
    runner._add_inputs_to_graph = DaskGraphRunner._add_inputs_to_graph
    return [run(runner, inputs={"__input__": value}, targets=["c"]) for value in (1, 2)]


def main() -> None:
    types = sorted({cls.type_name for cls in all_subclasses(Event) if hasattr(cls, "type_name")})
    before = [original_resolve(name) for name in types]
    expected = graph_results(original_run)
    applied = speedups.apply()
    json.dump(
        {
            "applied": applied,
            "replaced": DaskGraphRunner.run is not original_run,
            "types": len(types),
            "same_types": [Event.resolve_by_type(name) for name in types] == before,
            "same_results": graph_results(DaskGraphRunner.run) == expected,
            "results": expected[0]["c"][0],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
