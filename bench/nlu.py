"""How long understanding takes: training, a server's start, and a parse through HTTP, held-out messages each once.

Run: python bench/nlu.py [--train]
Starts a Redis and a Rasa of its own on free ports; --train trains the shipped content anew and times it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.nlu.asking import judged_by_server
from bot.nlu.evaluate import report
from bot.nlu.examples import Example, read_examples
from bot.nlu.figures import figures_of
from bot.supervisor import model, surroundings
from tests.support.processes import processes
from tests.support.servers import start_rasa, start_redis

HELD_OUT = Path(__file__).resolve().parents[1] / "tests" / "nlu" / "heldout"
# Issue 4: with the sentence vector, on two cores.
P50_MS, P95_MS, START_S, TRAINING_S = 8, 25, 25, 120


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _milliseconds(rasa: httpx.Client, text: str) -> float:
    started = time.perf_counter()
    rasa.post("/model/parse", json={"text": text}).raise_for_status()
    return (time.perf_counter() - started) * 1000


def _parses(url: str, examples: list[Example]) -> None:
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as rasa:
        _milliseconds(rasa, "rozgrzewka")
        for name in ("first time", "once more"):
            times = [_milliseconds(rasa, each.text) for each in examples]
            _say(f"parse, {name:11} p50 {median(times):5.1f} ms ({P50_MS})")
            _say(f"{'':18} p95 {quantiles(times, n=20)[-1]:5.1f} ms ({P95_MS})")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--train", action="store_true")
    started = time.monotonic()
    given = arguments.parse_args()
    trained = model.train(surroundings.load_settings(), lambda _: None, force=given.train)
    if given.train:
        _say(f"training {time.monotonic() - started:.0f} s ({TRAINING_S})")
    examples = [each for part in ("develop", "final") for each in read_examples(HELD_OUT / f"{part}.yml")]
    with processes() as running, tempfile.TemporaryDirectory() as folder:
        redis = start_redis(running, Path(folder))
        started = time.monotonic()
        url = start_rasa(running, Path(folder), trained, redis)
        _say(f"server understands after {time.monotonic() - started:.1f} s ({START_S})")
        _parses(url, examples)
        final = judged_by_server(read_examples(HELD_OUT / "final.yml"), url)
        for line in list(report(figures_of(final)))[:4]:
            _say(line)


if __name__ == "__main__":
    main()
