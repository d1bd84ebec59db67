"""`dyzurny nlu evaluate FILE`: shows how well labelled messages are understood; decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.nlu.asking import judged_by_model, judged_by_server
from bot.nlu.examples import read_examples
from bot.nlu.figures import Figures, figures_of

_RASA = "http://127.0.0.1:5005"
_CONFUSIONS = 20


def run(
    path: Path, *, rasa_url: str = _RASA, model: Path | None = None, say: Callable[[str], None] | None = None
) -> Figures:
    """Reads every message of `path` (Rasa NLU YAML, or text and intent with a tab between), and says the figures.

    `model`, a file of `rasa train`, is read instead of the Rasa at `rasa_url` where it is given; that needs Rasa's
    own environment. Raises ContentFault for a file that cannot be read, RasaUnavailable for no or a strange answer.
    """
    examples = read_examples(path)
    figures = figures_of(judged_by_model(examples, model) if model else judged_by_server(examples, rasa_url))
    for line in report(figures):
        (say or _write)(line)
    return figures


def report(figures: Figures) -> Iterator[str]:
    """The figures as lines to read."""
    yield f"{figures.messages} messages, accuracy {figures.accuracy:.1%}"
    yield f"  in scope      first right {figures.top1:.1%}, among the three offered {figures.offered:.1%}"
    yield f"  without asking  right {figures.right:.1%}, wrong {figures.wrong:.1%}"
    yield f"  out of scope  let through {figures.let_through:.1%}"
    yield from ("", f"Calibration (expected error {figures.ece:.3f})", "  confidence  right  messages")
    yield from (f"  {each.confidence:10.2f}  {each.accuracy:5.2f}  {each.count:8d}" for each in figures.bins)
    yield from ("", "Recall by intent, the worst first")
    by_recall = sorted(figures.recall.items(), key=lambda item: (item[1][0] / item[1][1], item[0]))
    yield from (f"  {right / count:6.1%}  {right:4d} of {count:4d}  {name}" for name, (right, count) in by_recall)
    yield from ("", "Taken for another intent")
    yield from (f"  {count:3d}  {wanted} → {got}" for wanted, got, count in figures.confusions[:_CONFUSIONS])
    yield from ("", "The surest mistakes")
    yield from (f"  {item.confidence:.2f}  {item.wanted} → {item.got}: {item.text}" for item in figures.worst)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]), model=Path(sys.argv[2]) if len(sys.argv) > 2 else None)
