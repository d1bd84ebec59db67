"""Keeps the sentence vectors of the examples between trainings, so that one changed line costs one vector."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from bot.nlu.vectors import SentenceEncoder

_log = logging.getLogger(__name__)


class RememberingEncoder:
    """The encoder given, asked only for texts that the file at `path` does not hold."""

    def __init__(self, encoder: SentenceEncoder, path: Path) -> None:
        self.name, self._encoder, self._path = encoder.name, encoder, path

    def encode(self, texts: Sequence[str]) -> Any:
        """One row a text. The file is rewritten with these texts alone, so it never outgrows the examples."""
        keys = [hashlib.sha256(f"{self.name}\0{text}".encode()).hexdigest() for text in texts]
        held = self._read()
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in held}
        if missing:
            held.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self._write({key: held[key] for key in keys})
        return np.stack([held[key] for key in keys])

    def _read(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):  # none yet, or a torn one: it is only a memory
            return {}

    def _write(self, held: dict[str, Any]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new.npz")
            np.savez(fresh, keys=np.array(list(held)), vectors=np.stack(list(held.values())))
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("sentence vectors are not kept for the next training: %s", error.strerror)
