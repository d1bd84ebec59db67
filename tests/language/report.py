"""`python -m tests.language.report`: the figures of the language room on its own sets, and every row it gets wrong."""

from __future__ import annotations

from tests.language.figures import HALVES, MEASURES, Score, alarms, false_alarms


def main() -> None:
    print(f"{'what':16} {'set':10} {'rows':>5} {'right':>7} {'wrong':>7}")
    for name, measure in MEASURES.items():
        for half in HALVES:
            _line(name, half, measure(half))
    _line("linter, silent", "correct", false_alarms())
    _line("linter, finds", "wrong", alarms())


def _line(name: str, half: str, score: Score) -> None:
    print(f"{name:16} {half:10} {score.rows:5} {score.share:7.1%} {score.wrong_share:7.1%}")
    for fault in score.faults:
        print(f"    {fault}")


if __name__ == "__main__":
    main()
