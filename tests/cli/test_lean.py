"""The processes start without what their libraries load only to offer it, and everybody else still gets it."""

from __future__ import annotations

import subprocess
import sys

from bot.cli.lean import UNUSED
from tests.support.processes import ROOT


def _say(code: str) -> str:
    asked = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def test_what_nobody_uses_is_not_loaded() -> None:
    """Fails as well where a library begins to need it: then the block raises."""
    loaded = _say(
        "import sys\n"
        "from bot.cli.lean import UNUSED, without\n"
        "with without(*UNUSED):\n"
        "    import uvicorn, webhook\n"
        "print([name for name in UNUSED if name in sys.modules])"
    )
    assert loaded == "[]"


def test_libraries_would_load_it_by_themselves() -> None:
    """Otherwise the block above is there for nothing."""
    assert _say(f"import sys, webhook; print(all(name in sys.modules for name in {UNUSED}))") == "True"


def test_afterwards_it_can_be_had() -> None:
    said = _say(
        "from bot.cli.lean import UNUSED, without\n"
        "with without(*UNUSED):\n"
        "    import webhook\n"
        "from rich.table import Table\n"
        "from opentelemetry.sdk.metrics import MeterProvider\n"
        "from bot import traces\n"
        "traces.configure('web', 'http://127.0.0.1:9', 1.0)\n"
        "print('had')"
    )
    assert said == "had"


def test_what_was_loaded_before_stays() -> None:
    said = _say(
        "import rich\n"
        "from bot.cli.lean import without\n"
        "with without('rich'):\n"
        "    import rich.markup\n"
        "import sys\n"
        "print(sys.modules['rich'] is rich)"
    )
    assert said == "True"
