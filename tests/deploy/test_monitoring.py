"""Dashboard, alarms and runbook speak of the same things, and of nothing that the product does not count."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY

import bot.metrics
from tests.support.processes import ROOT

FOLDER = ROOT / "deploy" / "monitoring"
ALARMS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alarms.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
RUNBOOK = (ROOT / "docs" / "dyzur.md").read_text(encoding="utf-8")
# What Grafana puts in before it asks.
INTERVAL = ("$__rate_interval", "1m")
# Every process has these, and Prometheus itself adds `up`.
USUAL = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}


def counted() -> set[str]:
    """The names of bot/metrics.py, as Prometheus sees them."""
    ends = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
    return {
        family.name + end
        for family in REGISTRY.collect()
        if family.name.startswith("dyzurny_")
        for end in ends[family.type]
    }


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    """Whose it is, and the expression."""
    yield from ((rule["alert"], rule["expr"]) for rule in ALARMS)
    for panel in panels():
        yield from ((panel["title"], target["expr"].replace(*INTERVAL)) for target in panel["targets"])


def selectors(node: Any) -> Iterator[Any]:
    """Every selector of a metric in a parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
        return
    for name in ("expr", "lhs", "rhs", "vector_selector", "vs"):
        inner = getattr(node, name, None)
        if inner is not None:
            yield from selectors(inner)
    for argument in getattr(node, "args", None) or ():
        yield from selectors(argument)


@pytest.mark.parametrize(("whose", "expression"), list(expressions()))
def test_every_expression_reads_and_names_only_what_is_counted(whose: str, expression: str) -> None:
    found = {one.name for one in selectors(promql_parser.parse(expression))}
    assert found, whose
    assert found <= counted() | USUAL


def test_every_label_that_is_asked_for_is_one_that_the_metric_has() -> None:
    labels = {
        metric._name: set(metric._labelnames) for metric in vars(bot.metrics).values() if hasattr(metric, "_labelnames")
    }
    for whose, expression in expressions():
        for one in selectors(promql_parser.parse(expression)):
            base = re.sub(r"_(total|bucket|count|sum)$", "", one.name)
            if base in labels:
                asked = {matcher.name for matcher in one.matchers.matchers} - {"le"}
                assert asked <= labels[base], f"{whose}: {one.name}"


def test_every_metric_is_on_the_dashboard_or_in_an_alarm() -> None:
    shown = {one.name for _, expression in expressions() for one in selectors(promql_parser.parse(expression))}
    bases = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in shown}
    assert {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in counted()} <= bases


def test_every_alarm_has_an_entry_in_the_runbook_and_every_entry_an_alarm() -> None:
    section = RUNBOOK.split("## Alarmy")[1].split("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", section, re.MULTILINE)) == {rule["alert"] for rule in ALARMS}


@pytest.mark.parametrize("rule", ALARMS, ids=[rule["alert"] for rule in ALARMS])
def test_an_alarm_says_whether_somebody_gets_up_as_the_runbook_does(rule: dict[str, Any]) -> None:
    entry = RUNBOOK.split(f"### {rule['alert']}\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert entry.startswith({"wake": "Budzi", "look": "Rano"}[rule["labels"]["severity"]])
    assert rule["annotations"]["summary"]


def test_an_alarm_of_the_products_own_is_one_that_it_raises() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    raised = set(re.findall(r'ALARM\.labels\(what="(\w+)"\)', code))
    watched = {what for rule in ALARMS for what in re.findall(r'dyzurny_alarm\{what="(\w+)"', rule["expr"])}
    # Of what was set aside there is a number as well, and the alarm asks for that.
    assert watched == raised - {"set_aside"}


def test_no_panel_hides_another_and_each_has_a_title() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(set(titles)) == len(titles)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(titles)


def test_prometheus_itself_accepts_rules_and_configuration() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; the expressions were read by another parser above")
    for what, file in (("rules", "alarms.yml"), ("config", "prometheus.yml")):
        done = subprocess.run([promtool, "check", what, file], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
