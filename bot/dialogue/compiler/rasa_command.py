"""How Rasa's command is started: in its own environment, and without TensorFlow where nothing needs it."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from bot.dialogue.compiler.hashing import CODE_ROOT, code_hash
from bot.errors import DyzurnyError

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
CACHE = "DYZURNY_RASA_CACHE"
"""Environment variable: another folder for what Rasa keeps between trainings; for benches that begin with nothing."""
# Parts of Rasa that every model has, the plainest of its pipeline, and our own: none of them computes with TensorFlow.
# A configuration names a part by its class, a model by its place.
_LIGHT = (
    "bot.",
    "rasa.graph_components.",
    "rasa.core.policies.ensemble.",
    "rasa.nlu.classifiers.regex_message_handler.",
    *("WhitespaceTokenizer", "rasa.nlu.tokenizers.whitespace_tokenizer."),
    *("CountVectorsFeaturizer", "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer."),
    *("LogisticRegressionClassifier", "rasa.nlu.classifiers.logistic_regression_classifier."),
)


class TrainingError(DyzurnyError):
    """Rasa's training ended with an error; `detail` holds its last lines, which quote content, not customers."""

    code = "training_failed"


def python() -> Path:
    """The Python of Rasa's environment; TrainingError if it was not made."""
    found = Path(os.environ.get("DYZURNY_RASA_PYTHON", CODE_ROOT / ".venv-rasa" / "bin" / "python"))
    if not found.exists():
        raise TrainingError(f"there is no Rasa environment at {found}")
    return found


def environment() -> dict[str, str]:
    """Rasa's environment: our parts on its path, and a cache that lasts as long as the code it holds results of."""
    cache = Path(os.environ.get(CACHE, CODE_ROOT / "var" / "rasa-cache")) / code_hash()
    return {
        **_arithmetic(),
        **os.environ,
        **ENVIRONMENT,
        "PYTHONPATH": str(CODE_ROOT),
        "RASA_CACHE_DIRECTORY": str(cache),
    }


def for_config(config: Path) -> list[str]:
    """The start of a command line for a project with this config.yml; TrainingError without Rasa's environment."""
    read = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    named = [*(read.get("pipeline") or ()), *(read.get("policies") or ())]
    return _command(str(item.get("name")) for item in named)


def for_model(model: Path) -> list[str]:
    """The same for a server of this model; what cannot be read is left to Rasa to complain of."""
    try:
        with tarfile.open(model) as archive:
            metadata = archive.extractfile("metadata.json")
            nodes = json.load(metadata)["predict_schema"]["nodes"].values() if metadata else ()
            return _command([str(node["uses"]) for node in nodes])
    except (OSError, tarfile.TarError, ValueError, KeyError):
        return _command(["unknown"])


def _command(parts: Iterable[str]) -> list[str]:
    light = all(part.startswith(_LIGHT) for part in parts)
    return [str(python()), "-m", "bot.rasa_parts.start" if light else "rasa"]


def _arithmetic() -> dict[str, str]:
    """The OpenBLAS of Rasa's old numpy knows no processor younger than itself: it then calculates as on one of 2004,
    five times slower than it could, unless it is told which of those it knows comes nearest."""
    try:
        can = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return {}
    return {"OPENBLAS_CORETYPE": "Haswell"} if {"avx2", "fma"} <= can else {}
