"""The morphological dictionary (Morfeusz 2, SGJP): readings of a word, forms of a lemma; no grammar of its own."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import Any, NamedTuple

# One instance for the process: the dictionary takes some 45 MB, and Morfeusz is not thread-safe.
_lock = Lock()


class Reading(NamedTuple):
    """One interpretation of a form: `pos` is the part of speech, `atoms` everything else in the tag."""

    form: str
    lemma: str
    pos: str
    atoms: frozenset[str]
    labels: frozenset[str]
    qualifiers: frozenset[str]

    def has(self, *atoms: str) -> bool:
        return self.atoms.issuperset(atoms)


@lru_cache(maxsize=1)
def _morfeusz() -> Any:
    import morfeusz2

    # 'composite' gives whole past and conditional forms (zgłosiłeś, mógłbyś) instead of segments.
    return morfeusz2.Morfeusz(praet="composite")


@cache
def _tag(tag: str) -> tuple[str, frozenset[str]]:
    pos, *fields = tag.split(":")
    return pos, frozenset(atom for field in fields for atom in field.split("."))


def _reading(raw: tuple[str, str, str, list[str], list[str]]) -> Reading:
    form, lemma, tag, labels, qualifiers = raw
    pos, atoms = _tag(tag)
    return Reading(form, lemma, pos, atoms, frozenset(labels), frozenset(qualifiers))


class _Marks:
    """The dictionary's tags, name kinds and qualifiers by their numbers, each resolved once.

    Resolving them anew for every reading, as Morfeusz' own wrapper does, doubles the time of an analysis.
    """

    def __init__(self) -> None:
        self.tags: dict[int, tuple[str, frozenset[str]]] = {}
        self.labels: dict[int, frozenset[str]] = {}
        self.qualifiers: dict[int, frozenset[str]] = {}

    def reading(self, found: Any, engine: Any) -> Reading:
        tag, name, label = found.tagId, found.nameId, found.labelsId
        if tag not in self.tags:
            self.tags[tag] = _tag(found.getTag(engine))
        if name not in self.labels:
            self.labels[name] = frozenset(found.getName(engine))
        if label not in self.qualifiers:
            self.qualifiers[label] = frozenset(found.getLabels(engine))
        pos, atoms = self.tags[tag]
        return Reading(found.orth, found.lemma, pos, atoms, self.labels[name], self.qualifiers[label])


_marks = _Marks()


@lru_cache(maxsize=8192)
def readings(word: str) -> tuple[Reading, ...]:
    """Every reading of `word` as one whole; empty for an unknown word, or one that falls into pieces."""
    with _lock:
        engine = _morfeusz()._morfeusz_obj
        found = list(engine.analyse(word))
        if not found or found[0].isIgn():
            return ()
        end = max(piece.endNode for piece in found)
        whole = [piece for piece in found if piece.startNode == 0 and piece.endNode == end]
        read = [_marks.reading(piece, engine) for piece in whole]
    return tuple(reading for reading in read if reading.pos != "ign")


@lru_cache(maxsize=1024)
def forms(lemma: str) -> tuple[Reading, ...]:
    """Every form of `lemma`; a lemma as it came in a reading ("sam:A") keeps homonyms apart."""
    with _lock:
        return tuple(_reading(raw) for raw in _morfeusz().generate(lemma))


@lru_cache(maxsize=64)
def _tag_id(tag: str) -> int:
    return int(_morfeusz()._morfeusz_obj.getIdResolver().getTagId(tag))


def forms_tagged(lemma: str, tag: str) -> tuple[Reading, ...]:
    """The forms of `lemma` that carry exactly `tag`; several times faster than :func:`forms`."""
    with _lock:
        engine = _morfeusz()._morfeusz_obj
        return tuple(_marks.reading(found, engine) for found in engine.generate(lemma, _tag_id(tag)))


def governed_cases(word: str) -> frozenset[str]:
    """The cases that `word` governs as a preposition; empty for any other word."""
    folded = word.lower()
    if folded in _NO_PREPOSITIONS:
        return frozenset()
    cases = {atom for reading in readings(folded) if reading.pos == "prep" for atom in reading.atoms}
    return frozenset(cases & _CASES) - _MARGINAL_GOVERNMENT.get(folded, frozenset())


# Marked as prepositions in one of their uses, conjunctions in all the others.
_NO_PREPOSITIONS = frozenset({"co", "jak", "jako", "niż", "to"})
_CASES = frozenset({"nom", "gen", "dat", "acc", "inst", "loc", "voc"})
# "za czasów", "po polsku", "z godzinę": never said of a person or of what belongs to one.
_MARGINAL_GOVERNMENT = {
    "za": frozenset({"gen"}),
    "po": frozenset({"dat"}),
    "z": frozenset({"acc"}),
    "ze": frozenset({"acc"}),
}
