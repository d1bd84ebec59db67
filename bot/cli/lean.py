"""Keeps a library from loading another one only to offer what we do not use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Who loads it: structlog and httpx (colours, a command line) · redis (metrics of its own; ours are in bot/metrics.py).
# Together a tenth of a second before the first webhook can be taken.
UNUSED = ("rich", "opentelemetry.sdk.metrics")


@contextmanager
def without(*names: str) -> Iterator[None]:
    """For what is imported in this block modules `names` are not installed; afterwards they are as before.

    Of the libraries' own fallbacks it is the one for machines that really lack the module.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
