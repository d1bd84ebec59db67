"""How long to wait before a dead process is started again; a pure rule."""

from __future__ import annotations

# A process that lived as long as this was well: its next death counts as the first.
STEADY_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
# Deaths in a row before it was ever ready: it is broken, not unlucky.
HOPELESS_AFTER = 3


def deaths_in_a_row(before: int, lived_seconds: float) -> int:
    """Count this death in; a steady life forgives those before it."""
    return 1 if lived_seconds >= STEADY_SECONDS else before + 1


def pause_before_restart(deaths: int) -> float:
    """Seconds to wait after the `deaths`-th death in a row: doubling, so that a broken process does not take a core."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** (deaths - 1), LONGEST_PAUSE_SECONDS)
