"""`dyzurny …` as somebody types it, but in this process: to start one for each takes longer than what it does.

tests/cli/test_cli.py starts real ones.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from bot.cli import main


def typed(*arguments: str, answer: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """What the command said and came to; `answer` is typed in, `settings` are added to the environment."""
    said, complained, code = io.StringIO(), io.StringIO(), 0
    line = ["dyzurny", *arguments]
    with (
        patch.object(sys, "argv", line),
        patch.object(sys, "stdin", io.StringIO(answer)),
        patch.dict(os.environ, settings),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(line, code, said.getvalue(), complained.getvalue())
