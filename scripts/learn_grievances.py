"""Learns bot/dialogue/skargi.json anew: `.venv/bin/python -m scripts.learn_grievances`, a few seconds.

Complaints are those of bot/dialogue/skargi.yml and the halves of tests/dialogue/skargi*.yml that are not held back;
what is none stands beside them, and in the examples of every intent but those of complaints and anger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from bot.dialogue.grievance_score import WEIGHTS, features

ROOT = Path(__file__).resolve().parents[1]
LEARNED = WEIGHTS.with_suffix(".yml")
TESTED = ("skargi.yml", "skargi_nowe.yml", "skargi_trzecie.yml")
_COMPLAINING = frozenset({"reklamacja", "frustracja"})
# Complaints are few among the examples, and what resembles them says more than a greeting.
_OF_COMPLAINTS, _OF_LIKE, _OF_OTHERS = 5.0, 5.0, 2.0
_C = 3.0
# Smaller ones change no decision and make the file long.
_LEAST = 0.08


def examples() -> Iterator[tuple[str, bool, float]]:
    """Text, whether it complains, and its weight."""
    for path in (LEARNED, *(ROOT / "tests/dialogue" / name for name in TESTED)):
        held_back = 1 if path is LEARNED else 2
        written = _yaml(path)
        for one in written["skargi"][::held_back]:
            yield (one if isinstance(one, str) else one["text"]), True, _OF_COMPLAINTS
        for text in written["zwykle"][::held_back]:
            yield text, False, _OF_LIKE
    for path in sorted((ROOT / "nlu_data").glob("*.yml")):
        for group in _yaml(path).get("nlu") or []:
            if group["intent"] not in _COMPLAINING:
                lines = (line.lstrip("- ").strip() for line in group["examples"].splitlines())
                yield from ((line, False, _OF_OTHERS) for line in lines if line)


def learn(seen: list[tuple[str, bool, float]]) -> dict[str, float]:
    """The weights, "" among them."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    space = DictVectorizer()
    rows = space.fit_transform([features(text) for text, _, _ in seen])
    # liblinear reads no others.
    rows.indices, rows.indptr = rows.indices.astype("int32"), rows.indptr.astype("int32")
    machine = LogisticRegression(C=_C, solver="liblinear", tol=1e-3, random_state=0)
    machine.fit(rows, [complains for _, complains, _ in seen], sample_weight=[weight for _, _, weight in seen])
    found = zip(space.get_feature_names_out(), machine.coef_[0], strict=True)
    kept = {str(name): round(float(weight), 2) for name, weight in found if abs(weight) >= _LEAST}
    return {"": round(float(machine.intercept_[0]), 2), **dict(sorted(kept.items()))}


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def main() -> None:
    learned = learn(list(examples()))
    WEIGHTS.write_text(json.dumps(learned, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(learned)} weights")


if __name__ == "__main__":
    main()
