"""Writes a trained reader to a directory and reads it back: arrays and JSON, nothing that can run code."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.model import DenseHead, Head, IntentReader, Scale, Thresholds
from bot.nlu.sparse import SparseSpace
from bot.nlu.vectors import open_encoder
from bot.nlu.words import Lexicon

_NUMBERS, _NAMES = "numbers.npz", "names.json"


def save_reader(reader: IntentReader, folder: Path) -> None:
    """Two files in `folder`, which exists."""
    arrays: dict[str, Any] = {
        "rarity": reader.space.rarity,
        "seen": reader.seen,
        "sparse_weights": reader.sparse.weights,
        "sparse_bias": reader.sparse.bias,
    }
    names: dict[str, Any] = {
        "intents": reader.intents,
        "columns": list(reader.space.columns),
        "groups": reader.space.groups,
        "lemmas": reader.space.lexicon.lemmas,
        "spellings": reader.space.lexicon.spellings,
        "scales": {name: asdict(scale) for name, scale in reader.scales.items()},
        "thresholds": asdict(reader.thresholds),
        "encoder": reader.encoder.name if reader.encoder else None,
        "share": None,
    }
    if reader.dense is not None:
        layer = reader.dense
        arrays |= {"examples": layer.examples, "dense_weights": layer.weights, "dense_bias": layer.bias}
        names |= {"share": layer.share, "narrowness": layer.narrowness}
    np.savez(folder / _NUMBERS, **arrays)
    (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def load_reader(folder: Path) -> IntentReader:
    """The reader saved in `folder`; without dense vectors where the package it was trained with is missing now."""
    names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    with np.load(folder / _NUMBERS, allow_pickle=False) as arrays:
        numbers = {name: arrays[name] for name in arrays.files}
    columns = {feature: column for column, feature in enumerate(names["columns"])}
    space = SparseSpace(columns, numbers["rarity"], Lexicon(names["lemmas"], names["spellings"]), names["groups"])
    scales = {name: Scale(scale["temperature"], tuple(scale["evidence"])) for name, scale in names["scales"].items()}
    sparse = Head(numbers["sparse_weights"], numbers["sparse_bias"])
    thresholds = Thresholds(**names["thresholds"])
    dense = None
    if names["share"] is not None:
        learned = (numbers["examples"], numbers["dense_weights"], numbers["dense_bias"])
        dense = DenseHead(*learned, names["narrowness"], names["share"])
    return IntentReader(
        names["intents"], space, numbers["seen"], sparse, dense, scales, thresholds, open_encoder(names["encoder"])
    )
