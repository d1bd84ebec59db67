"""Groups sentences by likeness: TF-IDF over character n-grams, so that typos and missing diacritics fall together.

In plain Python and for some hundreds of sentences at a time: the app has no numerical library, and needs none here.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.language.diacritics import plain
from bot.language.wordsets import words

SIZES = (3, 4)
# Cosine from which two sentences are of one kind; chosen on the sentences of tests/insight.
ALIKE = 0.3
# An n-gram that a fifth of all sentences have tells nothing apart, and costs the most.
_COMMON = 0.2
_FEW = 20
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_FILLERS = words("prosze dzien dobry witam czesc hej pani pan czy mam moge jak chce ze sie na do to jest")

Vector = Mapping[str, float]


@dataclass
class Group:
    """Sentences of one kind, by their places in the sequence; the first one is the most typical."""

    members: list[int]


def grouped(sentences: Sequence[str], alike: float = ALIKE) -> list[Group]:
    """The groups, the largest first; equals in the order of `sentences`. Every sentence is in exactly one."""
    vectors = _weighed([Counter(_pieces(sentence)) for sentence in sentences])
    heaps = _Heaps(alike)
    for place, vector in enumerate(vectors):
        heaps.add(place, vector)
    for heap in heaps.heaps:
        heap.members.sort(key=lambda place: -_dot(vectors[place], heap.total))
    return sorted((Group(heap.members) for heap in heaps.heaps), key=lambda group: -len(group.members))


def likeness(one: str, other: str) -> float:
    """The cosine of two sentences alone, 0 to 1, every n-gram weighing the same."""
    first, second = (_scaled(dict(Counter(_pieces(each)))) for each in (one, other))
    return _dot(first, second)


@dataclass
class _Heap:
    members: list[int] = field(default_factory=list)
    total: dict[str, float] = field(default_factory=dict)
    length: float = 0.0


class _Heaps:
    """Groups as they grow: each sentence joins the one whose middle it lies nearest to, or begins its own."""

    def __init__(self, alike: float) -> None:
        self.alike = alike
        self.heaps: list[_Heap] = []
        self._having: dict[str, set[int]] = defaultdict(set)

    def add(self, place: int, vector: Vector) -> None:
        shared: dict[int, float] = defaultdict(float)
        for piece, weight in vector.items():
            for number in self._having.get(piece, ()):
                shared[number] += weight * self.heaps[number].total[piece]
        near = max(shared, key=lambda number: shared[number] / self.heaps[number].length, default=None)
        if near is None or shared[near] / self.heaps[near].length < self.alike:
            near = len(self.heaps)
            self.heaps.append(_Heap())
        self._join(near, place, vector)

    def _join(self, number: int, place: int, vector: Vector) -> None:
        heap = self.heaps[number]
        heap.members.append(place)
        for piece, weight in vector.items():
            heap.total[piece] = heap.total.get(piece, 0.0) + weight
            self._having[piece].add(number)
        heap.length = math.sqrt(sum(weight * weight for weight in heap.total.values())) or 1.0


def _pieces(sentence: str) -> Iterator[str]:
    said = [word for word in _NOT_A_LETTER.split(plain(sentence)) if word]
    telling = [word for word in said if word not in _FILLERS] or said
    for word in telling:
        framed = f" {word} "
        for size in SIZES:
            yield from (framed[start : start + size] for start in range(max(1, len(framed) - size + 1)))


def _weighed(counts: Sequence[Counter[str]]) -> list[Vector]:
    spread: Counter[str] = Counter()
    for each in counts:
        spread.update(each.keys())
    most = max(_FEW, _COMMON * len(counts))
    rarity = {piece: math.log((1 + len(counts)) / (1 + n)) + 0.1 for piece, n in spread.items() if n <= most}
    return [
        _scaled({piece: (1 + math.log(n)) * rarity[piece] for piece, n in each.items() if piece in rarity})
        for each in counts
    ]


def _scaled(vector: dict[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {piece: weight / length for piece, weight in vector.items()}


def _dot(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(piece, 0.0) for piece, weight in one.items())
