"""The browser of the browser tests: the Chromium that the set-up noted, started so that it calls nobody."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.processes import ROOT

# A closed machine refuses Chromium's calls home, many at a time; root cannot have its sandbox.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
SCREENSHOTS = ROOT / "var" / "screenshots"


def chromium() -> Path:
    """The browser that `scripts/bootstrap test` found or fetched."""
    note = ROOT / "var" / "tools" / "browser"
    assert note.is_file(), "no browser was noted: run scripts/bootstrap test"
    return Path(note.read_text(encoding="utf-8").strip())
