"""Structured logs: an event name and ids, never a message's text, a name, a token or a body."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

# Keys that may hold what a person wrote or who they are. A record that carries one is a bug; the value is withheld
# here so that the bug does not become a leak.
FORBIDDEN = frozenset(
    {"text", "body", "name", "first_name", "last_name", "token", "payload", "message", "phone", "pesel"}
)


def withhold(_: Any, __: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in FORBIDDEN.intersection(record):
        record[key] = "[withheld]"
    return record


def exception_without_values(_: Any, __: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the type and place of an exception, not its message: drivers put statements and parameters there."""
    found = record.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        record["error"] = type(error).__name__
        record["error_code"] = getattr(error, "code", None)
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        if frame is not None:
            record["at"] = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}"
    return record


class WithoutValues(logging.Filter):
    """For libraries that log exceptions with their text: keeps type and place, drops the words."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            known = exception_without_values(None, "", {"exc_info": record.exc_info})
            record.msg = f"{known.get('error')} ({known.get('error_code')}) at {known.get('at')}"
            record.args = None
            record.exc_info = None
            record.exc_text = None
        return True


class _WithoutWords(logging.Formatter):
    """What a library logs: its template and an exception's type and place, never the values put into it."""

    def format(self, record: logging.LogRecord) -> str:
        known = exception_without_values(None, "", {"exc_info": record.exc_info})
        place = f" {known['error']} ({known['error_code']}) at {known.get('at')}" if "error" in known else ""
        said = " ".join(str(record.msg).split())[:200]
        # "file:line: Category: words" of a warning
        said = ": ".join(said.split(": ")[:2]) if record.name == "py.warnings" else said
        return f"{record.levelname} {record.name}: {said}{place}"


def _end_without_words(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """For a process that dies of an exception: its last words are kept in a file."""
    if not issubclass(kind, KeyboardInterrupt):
        logger("process").critical("died", exc_info=error)


class _Stderr:
    """Whatever stderr is when something is written: a logger lives as long as the process, a stream may not."""

    @staticmethod
    def write(text: str) -> int:
        return sys.stderr.write(text)

    @staticmethod
    def flush() -> None:
        sys.stderr.flush()


def configure(level: str = "INFO", *, json: bool = True) -> None:
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            withhold,
            exception_without_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Stderr())),
        cache_logger_on_first_use=True,
    )
    # Libraries log request lines with query strings in them (httpx: the Graph token would be among them).
    for talkative in ("uvicorn.error", "asyncio"):
        logging.getLogger(talkative).addFilter(WithoutValues())
    for noisy in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def silence_the_rest() -> None:
    """For a whole process: what nobody chose to log (libraries, warnings, an exception that ends it) has no values."""
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(_WithoutWords())
    logging.getLogger().addHandler(others)
    logging.captureWarnings(True)
    sys.excepthook = _end_without_words
    threading.excepthook = lambda ended: logger("process").error("thread_died", exc_info=ended.exc_value)
    sys.unraisablehook = lambda ended: logger("process").error("unraisable", exc_info=ended.exc_value)


def logger(area: str) -> Any:
    """A logger whose records carry `area`; call it as `log.info("event_name", conversation=…)`."""
    return structlog.get_logger(area=area)
