"""Why the product cannot be started, said to the person at the terminal."""

from __future__ import annotations

from bot.errors import Refused


class CannotRun(Refused):
    """`detail` is one sentence that says what is wrong and what to do; the command ends with exit code 1."""

    code = "cannot_run"
