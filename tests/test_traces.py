"""One trace a message, though three processes work on it and hand nothing on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import traces
from bot.errors import StoreUnavailable
from tests.support.processes import ROOT

KEY = "message:p:1:m_1"


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    traces.install("test", SimpleSpanProcessor(exporter))
    yield exporter
    traces.uninstall()


def test_the_webhook_the_turn_and_the_send_are_one_trace(kept: InMemorySpanExporter) -> None:
    traces.received(KEY, 1_000, 2_000, conversation="p:1")
    with traces.span("handle", KEY, conversation="p:1"), traces.part("dialogue"):
        pass
    with traces.span("send", traces.key_of_answer(f"{KEY}:0")):
        pass
    webhook, dialogue, handle, send = kept.get_finished_spans()
    assert {span.context.trace_id for span in (webhook, dialogue, handle, send) if span.context} == {
        traces.numbers(KEY)[0]
    }
    assert webhook.parent is None
    assert (webhook.start_time, webhook.end_time) == (1_000, 2_000)
    assert webhook.context
    assert handle.context
    assert handle.parent
    assert dialogue.parent
    assert send.parent
    assert handle.parent.span_id == send.parent.span_id == webhook.context.span_id
    assert dialogue.parent.span_id == handle.context.span_id
    assert dict(handle.attributes or {}) == {"dyzurny.conversation": "p:1"}


def test_two_messages_are_two_traces(kept: InMemorySpanExporter) -> None:
    for key in ("message:1", "message:2"):
        with traces.span("handle", key):
            pass
    first, second = kept.get_finished_spans()
    assert first.context
    assert second.context
    assert first.context.trace_id != second.context.trace_id


def test_of_an_exception_only_its_kind_is_kept(kept: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="Tomasz"), traces.span("handle", KEY):
        raise ValueError("Tomasz Kowalski, PESEL 44051401359")
    with pytest.raises(StoreUnavailable), traces.span("handle", KEY):
        raise StoreUnavailable(code="store_unavailable:Timeout")
    first, second = kept.get_finished_spans()
    assert (first.status.description, first.events) == ("ValueError", ())
    assert second.status.description == "store_unavailable:Timeout"


def test_every_process_traces_the_same_share() -> None:
    exporter = InMemorySpanExporter()
    traces.install("test", SimpleSpanProcessor(exporter), 0.5)
    try:
        for number in range(200):
            traces.received(f"m{number}", 1, 2)
            with traces.span("handle", f"m{number}"):
                pass
    finally:
        traces.uninstall()
    spans = exporter.get_finished_spans()
    roots = {span.context.trace_id for span in spans if span.name == "webhook" and span.context}
    rest = {span.context.trace_id for span in spans if span.name == "handle" and span.context}
    assert roots == rest
    assert 50 < len(roots) < 150


def test_without_an_address_nothing_of_it_is_even_loaded() -> None:
    code = (
        "import sys; from bot import traces; traces.configure('web', '')\n"
        "traces.received('k', 1, 2)\n"
        "with traces.span('a', 'k'), traces.part('b'): pass\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
