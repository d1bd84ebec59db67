"""How long understanding takes: training from nothing, a server's start, a parse and a turn through HTTP.

Run: python -m bench.nlu [--no-training]
Trains in a folder of its own, with neither remembered vectors nor Rasa's cache, and starts a Redis and Rasas of its
own on free ports. The held-out messages stand for what customers write, each sent once, one after the other.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from bot.dialogue.compiler import training
from bot.dialogue.compiler.rasa_command import CACHE
from bot.nlu.asking import judged_by_server
from bot.nlu.evaluate import report
from bot.nlu.examples import Example, read_examples
from bot.nlu.figures import figures_of
from bot.settings import ROOT
from bot.supervisor import model, surroundings
from tests.support.processes import Processes, processes
from tests.support.servers import start_rasa, start_redis

HELD_OUT = ROOT / "tests" / "nlu" / "heldout"
# Issue 4, on two cores.
BARE_P50_MS, P50_MS, P95_MS, START_S, TRAINING_S, RATIO = 6, 8, 25, 25, 120, 1.6
NEVER, ALWAYS = 0.0, 2.0
TURNS = 60
FAQ = ("dzień dobry", "jaki jest numer infolinii?")
FORM = ("proszę o kontakt telefoniczny", "501 222 333")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _row(name: str, milliseconds: list[float], promise: str) -> None:
    _say(f"{name:34} p50 {median(milliseconds):6.1f}  p95 {quantiles(milliseconds, n=20)[-1]:6.1f} ms  ({promise})")


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _train_from_nothing(folder: Path) -> None:
    project = folder / "content"
    for name in ("flows", "locales", "nlu_data"):
        shutil.copytree(ROOT / name, project / name)
    config = project / "nlu_data" / "config.yml"
    config.write_text(config.read_text().replace("vector_memory: var/sentence_vectors.npz", "vector_memory: null"))
    os.environ[CACHE] = str(folder / "cache")
    started = time.monotonic()
    training.train(project, models=folder / "models", checked=True)
    del os.environ[CACHE]
    _say(f"training from nothing {time.monotonic() - started:.0f} s ({TRAINING_S})")


def _tuned(trained: Path, target: Path, sure: float) -> Path:
    """The model with another threshold of the cascade: 0 never asks for the sentence vector, 2 always."""
    with tarfile.open(trained) as source, tarfile.open(target, "w:gz", compresslevel=1) as changed:
        for member in source.getmembers():
            file = source.extractfile(member)
            content = file.read() if file else b""
            if member.name.endswith("/names.json"):
                names = json.loads(content)
                names["thresholds"]["sure"] = sure
                content = json.dumps(names).encode()
                member.size = len(content)
            changed.addfile(member, io.BytesIO(content) if file else None)
    return target


@contextmanager
def _server(running: Processes, folder: Path, trained: Path, redis: str) -> Iterator[httpx.Client]:
    started = time.monotonic()
    folder.mkdir()
    url = start_rasa(running, folder, trained, redis)
    _say(f"server understands after {time.monotonic() - started:.1f} s ({START_S})")
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as rasa:
        yield rasa
    running.end(running._started.pop(), 5)


def _parses(rasa: httpx.Client, name: str, examples: list[Example], promise: str) -> None:
    def parse(text: str) -> float:
        return _timed(lambda: rasa.post("/model/parse", json={"text": text}).raise_for_status())

    parse("rozgrzewka")
    _row(name, [parse(each.text) for each in examples], promise)


def _turns(rasa: httpx.Client, dialogue: tuple[str, str], name: str) -> list[float]:
    """The second turn of fresh conversations; an empty answer is a fault, not a quick turn."""

    def turn(sender: str, text: str) -> None:
        answer = rasa.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}).raise_for_status()
        assert answer.json(), f"no answer to a turn of {name}"

    times = []
    for number in range(TURNS):
        turn(f"{name}{number}", dialogue[0])
        times.append(_timed(lambda n=number: turn(f"{name}{n}", dialogue[1])))  # type: ignore[misc]
    return times


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--no-training", action="store_true")
    given = arguments.parse_args()
    trained = model.train(surroundings.load_settings(), lambda _: None, force=False)
    examples = [each for part in ("develop", "final") for each in read_examples(HELD_OUT / f"{part}.yml")]
    with processes() as running, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not given.no_training:
            _train_from_nothing(folder)
        redis = start_redis(running, folder)
        bare, full = (_tuned(trained, folder / f"sure-{sure}.tar.gz", sure) for sure in (NEVER, ALWAYS))
        with _server(running, folder / "shipped", trained, redis) as rasa:
            _parses(rasa, "parse, as shipped", examples, f"{P50_MS}, {P95_MS}")
            faq, form = _turns(rasa, FAQ, "faq"), _turns(rasa, FORM, "form")
            _row("FAQ turn, REST channel", faq, "")
            _row("form turn, REST channel", form, "")
            ratio = median(form) / median(faq)
            _say(f"form turn to FAQ turn {max(ratio, 1 / ratio):.2f} ({RATIO})")
            final = judged_by_server(read_examples(HELD_OUT / "final.yml"), str(rasa.base_url))
        with _server(running, folder / "bare", bare, redis) as rasa:
            _parses(rasa, "parse, never the sentence vector", examples, f"p50 {BARE_P50_MS}")
        with _server(running, folder / "full", full, redis) as rasa:
            _parses(rasa, "parse, always the sentence vector", examples, f"{P50_MS}, {P95_MS}")
    for line in list(report(figures_of(final)))[:4]:
        _say(line)


if __name__ == "__main__":
    main()
