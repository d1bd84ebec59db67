"""One OpenTelemetry trace for each customer's message, from the webhook to the last answer sent; off unless asked for.

Its number follows from the event's key, which the mailbox's entry carries and with which the id of every answer to it
begins: web and workers find the same trace without handing anything on. Spans carry ids, never what somebody wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.errors import DyzurnyError, Rejected

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

# The root's own numbers, for the moment in which it is made.
_wanted: ContextVar[tuple[int, int] | None] = ContextVar("wanted", default=None)
_tracer: Tracer | None = None
_share = 1.0


def configure(process: str, url: str, share: float = 1.0) -> None:
    """Send that share of traces to `url` (OTLP over HTTP), if it is set. Raises Rejected without the extra."""
    if not url:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise Rejected("DYZURNY_TRACES_URL is set without the extra: pip install 'dyzurny[traces]'.") from None
    sent = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
    install(process, BatchSpanProcessor(sent), share)


def install(process: str, where: SpanProcessor, share: float = 1.0) -> None:
    """Hand every finished span of this process to `where`."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

    class Numbers(IdGenerator):
        """Random ones, but the root of a message's trace has those that follow from its key."""

        by_chance = RandomIdGenerator()

        def generate_trace_id(self) -> int:
            wanted = _wanted.get()
            return wanted[0] if wanted else self.by_chance.generate_trace_id()

        def generate_span_id(self) -> int:
            wanted = _wanted.get()
            return wanted[1] if wanted else self.by_chance.generate_span_id()

    global _tracer, _share
    provider = TracerProvider(
        resource=Resource({"service.name": f"dyzurny-{process}"}), id_generator=Numbers(), shutdown_on_exit=True
    )
    provider.add_span_processor(where)
    _tracer, _share = provider.get_tracer("dyzurny"), share


def uninstall() -> None:
    """Trace no more."""
    global _tracer
    _tracer = None


@lru_cache(maxsize=4096)
def numbers(key: str) -> tuple[int, int]:
    """The trace of an event's key, and its root: never nought, which would mean none."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:24]) or 1


def key_of_answer(outbox_id: str) -> str:
    """The key of the event that a message answers: all of its id but the last part (bot/intake/turns.py)."""
    return outbox_id.rpartition(":")[0]


def _is_traced(key: str) -> bool:
    # By its number, so that every process decides alike.
    return _tracer is not None and numbers(key)[0] < _share * 2**128


def received(key: str, began_ns: int, ended_ns: int, **ids: str) -> None:
    """The root: a delivery held this event, and it is in its mailbox now."""
    if _tracer is None or not _is_traced(key):
        return
    from opentelemetry.context import Context

    reset = _wanted.set(numbers(key))
    try:
        span = _tracer.start_span("webhook", Context(), start_time=began_ns, attributes=_named(ids))
    finally:
        _wanted.reset(reset)
    span.end(ended_ns)


@contextmanager
def span(name: str, key: str, **ids: str) -> Iterator[None]:
    """A part of what happens to the event of that key, whichever process it happens in."""
    if _tracer is None or not _is_traced(key):
        yield
        return
    from opentelemetry import trace
    from opentelemetry.context import Context

    number, root = numbers(key)
    above = trace.SpanContext(number, root, is_remote=True, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED))
    within = trace.set_span_in_context(trace.NonRecordingSpan(above), Context())
    with _begun(name, within, _named(ids)):
        yield


@contextmanager
def part(name: str) -> Iterator[None]:
    """A part of the part that is going on; nothing where none is."""
    from_above = None
    if _tracer is not None:
        from opentelemetry import trace

        from_above = trace.get_current_span().get_span_context()
    if from_above is None or not from_above.is_valid:
        yield
        return
    with _begun(name, None, {}):
        yield


@contextmanager
def _begun(name: str, within: Any, attributes: Mapping[str, str]) -> Iterator[None]:
    from opentelemetry.trace import Status, StatusCode

    assert _tracer is not None
    # An exception's words may be a customer's: what is kept of one is its kind.
    with _tracer.start_as_current_span(
        name, within, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield
        except Exception as error:
            code = error.code if isinstance(error, DyzurnyError) else type(error).__name__
            begun.set_status(Status(StatusCode.ERROR, code))
            raise


def _named(ids: Mapping[str, str]) -> dict[str, str]:
    return {f"dyzurny.{name}": value for name, value in ids.items()}
