"""Learns the weights beside bot/dialogue/skargi.yml and zagrozenia.yml anew.

`.venv/bin/python -m scripts.learn_scores`, some seconds. What is of a kind stands there and in the halves of
tests/dialogue's sets that are not held back; what is none stands beside it, and in the examples of every intent that
is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from bot.dialogue.learned_score import HERE, features

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Kind:
    """One file of weights: `learned` under bot/dialogue, `tested` under tests/dialogue; in both, `lists` are of it."""

    weights: str
    learned: str
    lists: Collection[str]
    tested: tuple[str, ...]
    # What else stands in these files. Of nlu_data: intents of this kind or near it, and examples that may be either.
    others: Collection[str] = ("zwykle",)
    intents: Collection[str] = ()
    either: re.Pattern[str] | None = None
    # Those of the kind are few among the examples, and what resembles them says more than a greeting.
    share: tuple[float, float, float] = (5.0, 5.0, 2.0)
    # Smaller weights change no decision, and every worker holds them in memory.
    least: float = 0.08


# Who reports that it burns may mean now.
_BURNING = re.compile(r"pal[ią] (?:mi )?się|się pali|płonie|ogień|🔥|wybuch|sadza|sadzy", re.IGNORECASE)
KINDS = (
    Kind(
        "skargi",
        "skargi.yml",
        ("skargi",),
        ("skargi.yml", "skargi_nowe.yml", "skargi_trzecie.yml"),
        intents=("reklamacja", "frustracja"),
    ),
    Kind(
        "zagrozenie",
        "zagrozenia.yml",
        ("zagrozenie", "zycie"),
        ("zagrozenia.yml",),
        ("zwykle", "kryzys"),
        either=_BURNING,
        least=0.15,
    ),
    Kind("kryzys", "zagrozenia.yml", ("kryzys",), ("zagrozenia.yml",), ("zwykle", "zagrozenie", "zycie"), least=0.15),
)
_C = 3.0


def examples(kind: Kind) -> Iterator[tuple[str, bool, float]]:
    """Text, whether it is of this kind, and its weight."""
    of_it, like_it, of_others = kind.share
    files = [(HERE / kind.learned, 1), *((ROOT / "tests/dialogue" / name, 2) for name in kind.tested)]
    for path, held_back in files:
        for name, listed in _yaml(path).items():
            for one in listed[::held_back]:
                text = one if isinstance(one, str) else one["text"]
                if name in kind.lists:
                    yield text, True, of_it
                elif name in kind.others:
                    yield text, False, like_it
    for path in sorted((ROOT / "nlu_data").glob("*.yml")):
        for group in _yaml(path).get("nlu") or []:
            if group["intent"] not in kind.intents:
                lines = (line.lstrip("- ").strip() for line in group["examples"].splitlines())
                yield from (
                    (line, False, of_others)
                    for line in lines
                    if line and not (kind.either and kind.either.search(line))
                )


def learn(seen: list[tuple[str, bool, float]], least: float) -> dict[str, float]:
    """The weights, "" among them."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    space = DictVectorizer()
    rows = space.fit_transform([features(text) for text, _, _ in seen])
    # liblinear reads no others.
    rows.indices, rows.indptr = rows.indices.astype("int32"), rows.indptr.astype("int32")
    machine = LogisticRegression(C=_C, solver="liblinear", tol=1e-3, random_state=0)
    machine.fit(rows, [is_of_it for _, is_of_it, _ in seen], sample_weight=[weight for _, _, weight in seen])
    found = zip(space.get_feature_names_out(), machine.coef_[0], strict=True)
    kept = {str(name): round(float(weight), 2) for name, weight in found if abs(weight) >= least}
    return {"": round(float(machine.intercept_[0]), 2), **dict(sorted(kept.items()))}


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def main() -> None:
    for kind in KINDS:
        learned = learn(list(examples(kind)), kind.least)
        text = json.dumps(learned, ensure_ascii=False, indent=0) + "\n"
        (HERE / f"{kind.weights}.json").write_text(text, encoding="utf-8")
        print(f"{kind.weights}: {len(learned)} weights")


if __name__ == "__main__":
    main()
