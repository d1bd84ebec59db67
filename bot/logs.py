"""Structured logs: an event name and ids, never a message's text, a name, a token or a body.

Whatever runs as a service writes one JSON object a line, libraries as well: a log reader needs one rule. Rasa loads
this module in its own Python (bot/rasa_parts/start.py).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
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


# Where values begin in a sentence that a library has put together by itself: quoted, an address, a line of its own.
_VALUES = re.compile(r"""['"`\n]|[\w%]+://""")
_MOST_SAID = 200


class OneLine(logging.Formatter):
    """What a library logs, as a line of ours: its template, an exception's type and place, never the values in it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "area": "library",
            "library": record.name,
            "event": _template(record),
            "level": record.levelname.lower(),
            "timestamp": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
        }
        return json.dumps({**line, **exception_without_values(None, "", {"exc_info": record.exc_info})}, default=str)


def _template(record: logging.LogRecord) -> str:
    said = str(record.msg)
    if said.startswith("{"):
        # Rasa's structlog gives whole events to the library's logger.
        try:
            said = str(json.loads(said).get("event", ""))
        except ValueError:
            said = ""
    if record.name == "py.warnings":
        # "file:line: Category: words"
        said = ": ".join(record.getMessage().split(": ")[:2])
    return _VALUES.split(said, maxsplit=1)[0].strip()[:_MOST_SAID]


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
    others.setFormatter(OneLine())
    logging.getLogger().addHandler(others)
    logging.captureWarnings(True)
    sys.excepthook = _end_without_words
    threading.excepthook = lambda ended: logger("process").error("thread_died", exc_info=ended.exc_value)
    sys.unraisablehook = lambda ended: logger("process").error("unraisable", exc_info=ended.exc_value)


def logger(area: str) -> Any:
    """A logger whose records carry `area`; call it as `log.info("event_name", conversation=…)`."""
    return structlog.get_logger(area=area)
