"""How long typed answers take: microseconds a call, per kind, and for hostile texts.

Run: python bench/answers.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.dialogue.answers import Kind, find_answers, parse_answer
from tests.dialogue.answers.report import NOW, OPTIONS, rows

LIMITS_US = {Kind.DATA: 3000}
LIMIT_US = 1000
HOSTILE = ("9", "a ", "1 ", "5 0 1-", "tak nie ", "ab12 ", "pięćset jeden ", "a@b.", "3.11 ", "o 15 ", "stówa ", "¾łş")
LENGTH = 20_000


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _microseconds(kind: str, text: str) -> float:
    started = time.process_time()
    parse_answer(kind, text, NOW, options=OPTIONS)
    return (time.process_time() - started) * 1e6


def main() -> None:
    parts = [row for part in ("develop", "held_back") for row in rows(part)]
    for row in parts:
        _microseconds(row.kind.value, row.text)
    _say(f"{'kind':18}{'median':>9}{'p95':>9}{'worst':>9}{'limit':>9}   µs a call")
    for kind in Kind:
        times = [_microseconds(kind.value, row.text) for row in parts if row.kind is kind]
        if times:
            p95 = quantiles(times, n=20)[-1]
            _say(f"{kind.value:18}{median(times):9.0f}{p95:9.0f}{max(times):9.0f}{LIMITS_US.get(kind, LIMIT_US):9}")
    started = time.process_time()
    for row in parts:
        find_answers(row.text, NOW)
    _say(f"find_answers      {(time.process_time() - started) / len(parts) * 1e6:9.0f}   µs a message")
    for kind in Kind:
        worst = max((_microseconds(kind.value, (unit * LENGTH)[:LENGTH]), unit) for unit in HOSTILE)
        _say(f"{kind.value:18} {LENGTH} characters at worst {worst[0] / 1000:8.1f} ms ({worst[1]!r})")
    worst_found = 0.0
    for unit in HOSTILE:
        started = time.process_time()
        find_answers((unit * LENGTH)[:LENGTH], NOW)
        worst_found = max(worst_found, time.process_time() - started)
    _say(f"find_answers       {LENGTH} characters at worst {worst_found * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
