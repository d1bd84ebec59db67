"""The first customer after a start waits for nothing that a worker could have loaded before."""

from __future__ import annotations

import subprocess
import sys

# A process of its own: in this one somebody has asked already.
WARMS = """
import asyncio
from bot.dialogue.learned_score import Score
from bot.intake import turns, warming
from bot.language import dictionary

assert not dictionary._morfeusz.cache_info().currsize
warming.AFTER_S = 0
asyncio.run(warming.warm())
assert dictionary._morfeusz.cache_info().currsize
assert len(Score.made) == 3
assert all("weights" in vars(score) for score in Score.made)
"""


def test_dictionary_and_weights_are_there_before_anybody_asks() -> None:
    done = subprocess.run([sys.executable, "-c", WARMS], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
