"""What a check found wrong, for an editor: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `file` is relative to the content's root, `line` counts from 1; `what` and `remedy` are Polish.

    `bearable`: the content can be tried out with it, as with too few examples; published it cannot be.
    """

    file: str
    line: int
    what: str
    remedy: str
    bearable: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"
