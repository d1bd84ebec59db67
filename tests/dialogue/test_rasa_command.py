"""Rasa is started without TensorFlow where nothing needs it, and only there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.dialogue.compiler import rasa_command
from tests.support.processes import ROOT


@pytest.mark.parametrize(
    ("pipeline", "module"),
    [
        ("- name: bot.rasa_parts.intent_classifier.PolishIntentClassifier", "bot.rasa_parts.start"),
        ("- name: WhitespaceTokenizer\n- name: LogisticRegressionClassifier", "bot.rasa_parts.start"),
        ("- name: DIETClassifier", "rasa"),
        ("- name: company.parts.Own", "rasa"),
    ],
)
def test_only_parts_that_are_known_to_do_without_tensorflow_go_without(
    tmp_path: Path, pipeline: str, module: str
) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"pipeline:\n{pipeline}\npolicies:\n- name: bot.rasa_parts.flow_policy.FlowPolicy\n")
    assert rasa_command.for_config(config)[-1] == module


def test_a_model_that_cannot_be_read_is_left_to_rasa(tmp_path: Path) -> None:
    assert rasa_command.for_model(tmp_path / "none.tar.gz")[-1] == "rasa"


def test_a_class_that_needs_tensorflow_says_so_instead_of_calculating() -> None:
    asked = (
        "from bot.rasa_parts.start import without_tensorflow; without_tensorflow()\n"
        "import tensorflow as tf, tensorflow.keras.layers as layers\n"
        "class Own(layers.Layer):\n"
        "    @tf.function\n"
        "    def call(self, x: 'tf.Tensor | None' = None): return x\n"
        "try: Own()\n"
        "except RuntimeError as error: print(error)\n"
    )
    command = [str(rasa_command.python()), "-c", asked]
    done = subprocess.run(
        command, cwd=ROOT, env=rasa_command.environment(), capture_output=True, text=True, check=False
    )
    assert "Own needs TensorFlow" in done.stdout, done.stderr
