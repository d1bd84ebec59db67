"""Places of death: in a real process, and only where they are armed."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from bot import failpoints
from bot.errors import Rejected

_THREE_TIMES = (
    "from bot import failpoints\nimport sys\nfailpoints.arm(sys.argv[1])\nfor n in range(3):\n"
    "    print(n, flush=True)\n    failpoints.reach('sent', f'number {n}')\n"
)


@pytest.mark.parametrize(
    ("setting", "code", "said"),
    [
        ("sent:2", -signal.SIGKILL, ["0", "1"]),
        ("sent:4", 0, ["0", "1", "2"]),
        ("claimed:1", 0, ["0", "1", "2"]),
        ("sent:*:number 1", -signal.SIGKILL, ["0", "1"]),
        ("sent:*:number 7", 0, ["0", "1", "2"]),
        ("", 0, ["0", "1", "2"]),
    ],
)
def test_a_process_dies_where_it_is_armed_and_nowhere_else(setting: str, code: int, said: list[str]) -> None:
    asked = [sys.executable, "-c", _THREE_TIMES, setting]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split()) == (code, said)


@pytest.mark.parametrize("setting", ["nowhere:1", "sent", "sent:x", "sent:1:gently", "sent:*"])
def test_a_place_that_does_not_exist_is_refused(setting: str) -> None:
    with pytest.raises(Rejected, match="DYZURNY_FAILPOINT"):
        failpoints.arm(setting)
