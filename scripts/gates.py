"""`make check` and `make test`: every gate in turn, silent when it passes; beside gates and tests the model trains."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
GATES = {
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."],
    "types": [PYTHON, "-m", "mypy", "bot", "handoff", "tests", "bench", "scripts", "webhook.py"],
    "content": [PYTHON, "-m", "bot.cli", "check"],
}
TRAIN = [PYTHON, "-m", "bot.cli", "train"]
PYTEST = [PYTHON, "-m", "pytest", "-q", "--durations=15"]
# All of them: three processes on two cores, as tests often wait. Some: as they are, so that their output is whole.
SHARED = ["-n", "3", "--dist", "loadscope", "--no-loadscope-reorder"]


def gate(name: str, command: list[str]) -> bool:
    """Run one gate; say what it said only if it fails."""
    start = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "passed" if done.returncode == 0 else "FAILED"
    print(f"{name}: {verdict} in {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


def check() -> bool:
    """Run every gate, also after one failed, so that one run names everything."""
    verdicts = [gate(name, command) for name, command in GATES.items()]
    # Says itself what it found, or that nobody could be asked.
    advisories = subprocess.run([PYTHON, "-m", "scripts.advisories"], cwd=ROOT, check=False)
    return all(verdicts) and advisories.returncode == 0


def test(arguments: list[str]) -> int:
    """Gates, then pytest; beside them the training, for which the tests that need its model wait themselves."""
    log = ROOT / "var" / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        training = subprocess.Popen(
            TRAIN, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        if not check():
            return 1
        code = subprocess.run([*PYTEST, *(arguments or SHARED)], cwd=ROOT, check=False).returncode
        return code if trained(training, log) else code or 1
    finally:
        # Its whole group: the training itself is a process of Rasa's.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(training.pid, signal.SIGTERM)
        training.wait()


def trained(training: subprocess.Popen[bytes], log: Path) -> bool:
    """Wait for the training, which is over long before all tests are; say what it said if it failed."""
    if training.wait() != 0:
        print(f"training: FAILED\n{log.read_text(encoding='utf-8')[-4000:]}", flush=True)
    return training.returncode == 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["check"]:
        return 0 if check() else 1
    return test(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
