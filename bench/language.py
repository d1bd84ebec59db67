"""How long the language room takes, per call, and what it costs a process; processor time, which a busy machine spares.

Run: python bench/language.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.language import (  # noqa: E402  (the repository has to be on the path first)
    Address,
    compile_text,
    names,
    register_of,
    speaker_gender,
    vocative,
)
from bot.language.linter import check_draft  # noqa: E402

DATA = ROOT / "tests" / "language" / "data"
TEMPLATE = (
    "Dzień dobry[, zwrot]! Dziękujemy za [Pana zgłoszenie]. Czy [może Pan] przysłać zdjęcia? Jeśli [ma Pan] pytania,"
    " [proszę napisać]. Skontaktujemy się z [Panem] jutro w sprawie [Pana szkody]."
)
_COST = """
import sys, time
def resident():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
before = resident()
start = time.process_time()
import bot.language as language
imported = time.process_time() - start
start = time.process_time()
language.vocative("Anna")
first = time.process_time() - start
for text in open(sys.argv[1], encoding="utf-8"):
    language.register_of(text); language.speaker_gender(text)
peak = resident()
print(imported * 1000, first * 1000, before / 1024, peak / 1024)
"""


def column(name: str, at: int) -> list[str]:
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[at] for line in lines]


def microseconds(call: Callable[[Any], object], inputs: Sequence[Any], rounds: int = 20) -> float:
    """The mean time of one call, the caches as warm as they are in a running process."""
    for given in inputs:
        call(given)
    start = time.process_time()
    for _ in range(rounds):
        for given in inputs:
            call(given)
    return (time.process_time() - start) / rounds / len(inputs) * 1e6


def first_time(call: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """The mean time of the first call with each input, the dictionary loaded, nothing of them cached."""
    start = time.process_time()
    for given in inputs:
        call(given)
    return (time.process_time() - start) / len(inputs) * 1e6


def main() -> None:
    vocative("Anna")
    people = column("names_heldback", 0)
    messages = column("register_heldback", 1)
    drafts = column("correct_drafts", 1)
    compiled = compile_text(TEMPLATE)
    listeners = [(address, "Anna") for address in Address]
    say(f"{'what':44} {'measured':>12} {'at most':>10}")
    line("vocative, first time", first_time(vocative, people), "µs", 50)
    names.vocative_for.cache_clear()
    line("register_of, first time", first_time(register_of, messages), "µs", 300)
    line("speaker_gender, first time", first_time(speaker_gender, messages), "µs", 300)
    line("render a compiled text", microseconds(lambda listener: compiled.render(*listener), listeners), "µs", 50)
    line("vocative", microseconds(vocative, people), "µs", 50)
    line("register_of", microseconds(register_of, messages), "µs", 300)
    line("speaker_gender", microseconds(speaker_gender, messages), "µs", 300)
    line("compile a text for six addresses", microseconds(compile_text, [TEMPLATE]), "µs", None)
    line("check a draft", microseconds(lambda draft: check_draft(draft, Address.PANI), drafts), "µs", None)
    imported, first, before, peak = cost()
    line("import bot.language", imported, "ms", 150)
    line("first call (loads the dictionary)", first, "ms", None)
    line(f"memory above a bare interpreter ({before:.0f} MB)", peak - before, "MB", 60)


def cost() -> tuple[float, float, float, float]:
    """Import and first call in ms, memory of a bare interpreter and the peak in MB, in a fresh process."""
    command = [sys.executable, "-c", _COST, str(DATA / "register_heldback.tsv")]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    imported, first, before, peak = map(float, done.stdout.split())
    return imported, first, before, peak


def line(what: str, measured: float, unit: str, most: int | None) -> None:
    limit = "" if most is None else f"{most} {unit}"
    say(f"{what:44} {measured:9.1f} {unit} {limit:>10}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
