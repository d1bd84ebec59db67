"""What stops the set-up, said in one sentence that names the remedy."""

from __future__ import annotations


class SetupError(Exception):
    """Its text is one sentence for the person at the terminal: what is missing and what to do."""
