"""Logs carry event names and ids, never what a person wrote or is called."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.settings import ROOT

# Without diacritics: JSON would write those in another way, and nothing would be found.
MARKER = "Grzegrzolkowicz"


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    # In place of stderr itself, which pytest changes between the fixture and the test.
    monkeypatch.setattr(logs._Stderr, "write", staticmethod(stream.write))
    logs.configure("INFO")
    yield stream
    structlog.reset_defaults()


@pytest.mark.parametrize("key", sorted(logs.FORBIDDEN))
def test_a_value_under_a_forbidden_key_is_withheld(output: io.StringIO, key: str) -> None:
    structlog.get_logger().info("turn", conversation="1:2", **{key: MARKER})
    assert MARKER not in output.getvalue()
    assert "1:2" in output.getvalue()


def test_an_exceptions_words_are_dropped_and_its_place_is_kept(output: io.StringIO) -> None:
    try:
        raise ValueError(MARKER)
    except ValueError:
        structlog.get_logger().exception("turn_failed", conversation="1:2")
    assert MARKER not in output.getvalue()
    assert "ValueError" in output.getvalue()
    assert "test_logs" in output.getvalue()


def test_a_librarys_traceback_loses_its_words(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("uvicorn.error")
    logger.addFilter(logs.WithoutValues())
    try:
        raise ValueError(MARKER)
    except ValueError:
        logger.exception("Exception in ASGI application")
    assert MARKER not in caplog.text
    assert "ValueError" in caplog.text


LAST_WORDS = f"""
import logging, threading, warnings
from bot import logs
from bot.settings import ROOT
logs.configure()
logs.silence_the_rest()
class Falling:
    def __del__(self): raise ValueError("{MARKER}")
def fail(): raise KeyError("{MARKER}")
Falling()
thread = threading.Thread(target=fail); thread.start(); thread.join()
warnings.warn("{MARKER}")
try: fail()
except KeyError: logging.getLogger("sqlalchemy.pool").error("Exception during %s", "{MARKER}", exc_info=True)
error = RuntimeError("{MARKER}")
error.add_note("{MARKER}")
raise error from KeyError("{MARKER}")
"""


def test_whatever_ends_or_is_logged_by_nobodys_choice_keeps_type_and_place_alone() -> None:
    ended = subprocess.run([sys.executable, "-c", LAST_WORDS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert MARKER not in ended.stderr + ended.stdout
    assert all(json.loads(line)["level"] for line in ended.stderr.splitlines())
    for word in ("died", "RuntimeError", "thread_died", "unraisable", "ValueError", "Exception during", "KeyError"):
        assert word in ended.stderr, ended.stderr


@pytest.mark.parametrize(
    ("said", "given", "kept"),
    [
        ("Uvicorn running on %s://%s:%d (Press CTRL+C to quit)", ("http", MARKER, 8000), "Uvicorn running on"),
        (f"GET https://graph.facebook.com/me?access_token={MARKER}", (), "GET"),
        (f"Unclosed connector\nconnections: {MARKER}", (), "Unclosed connector"),
        (f"Could not read '{MARKER}'", (), "Could not read"),
        (f'{{"event": "processor.message", "text": "{MARKER}"}}', (), "processor.message"),
        (f'{{"text": "{MARKER}"', (), ""),
    ],
)
def test_a_librarys_line_has_our_form_and_only_its_template(said: str, given: tuple[object, ...], kept: str) -> None:
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "x.py", 1, said, given, None)
    line = logs.OneLine().format(record)
    assert MARKER not in line and "\n" not in line
    found = json.loads(line)
    assert (found["event"], found["level"], found["library"]) == (kept, "warning", "uvicorn.error")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["timestamp"])
