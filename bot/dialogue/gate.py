"""Shuts before a server that stopped answering, so that those behind do not queue for it in silence; knows no HTTP.

A hanging Rasa holds each turn for the whole of its timeout. Without this, whoever came later would wait for those
before them, one timeout after the other, and hear nothing; refused at once, they can be told that it takes a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import RasaUnavailable


class Gate:
    """Open until a passage fails; then one at a time may try, and the first that succeeds opens it."""

    def __init__(self) -> None:
        self.shut = False
        self._trying = False

    def check(self) -> None:
        """Raises RasaUnavailable while the gate is shut and somebody is trying already."""
        if self.shut and self._trying:
            raise RasaUnavailable(code="rasa_shut")

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Around one request. RasaUnavailable raised inside shuts the gate."""
        self.check()
        trying = self.shut
        self._trying = self._trying or trying
        try:
            yield
        except RasaUnavailable:
            self.shut = True
            raise
        else:
            self.shut = False
        finally:
            if trying:
                self._trying = False
