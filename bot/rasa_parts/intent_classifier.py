"""The Rasa component that classifies intents; everything it knows about language stands in bot.nlu."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.nlu
from bot.nlu.model import IntentReader, Reading, Thresholds
from bot.nlu.storage import load_reader, save_reader
from bot.nlu.training import Settings, train_reader
from bot.nlu.vector_memory import RememberingEncoder
from bot.nlu.vectors import open_encoder

UNDERSTOOD = "understood"
# Training happens in folders that come and go; what it remembers stays with the code.
_ROOT = Path(next(iter(bot.nlu.__path__))).parents[1]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PolishIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking` (full names such as `faq/infolinia`) and `understood` (yes, ask or no)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The defaults of the settings that nlu_data/config.yml explains."""
        return {
            "sentence_vectors": None,
            "vector_memory": None,
            "accept_threshold": 0.72,
            "ask_threshold": 0.2,
            "sure_threshold": 0.9,
            "sparse_c": 0.2,
            "dense_narrowness": 10.0,
            "dense_smoothing": 0.1,
            "ranking_length": 10,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes with the code that trains, so that Rasa's cache never serves a model of older code."""
        sources = sorted(Path(next(iter(bot.nlu.__path__))).glob("*.py"))
        return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, reader: IntentReader | None = None
    ) -> None:
        self._config, self._storage, self._resource, self._reader = config, storage, resource, reader

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PolishIntentClassifier:
        """An untrained component (called by Rasa before training)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PolishIntentClassifier:
        """The component with what training stored (called by Rasa when a model is loaded)."""
        with model_storage.read_from(resource) as folder:
            reader = load_reader(Path(folder))
        return cls(config, model_storage, resource, reader)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on every example under its full intent name and stores the result."""
        examples = [(m.get(TEXT), m.get_full_intent()) for m in training_data.intent_examples if m.get(TEXT)]
        texts, labels = [text for text, _ in examples], [label for _, label in examples]
        tuned = {name: self._config[name] for name in ("sparse_c", "dense_narrowness", "dense_smoothing")}
        settings = Settings(thresholds=_thresholds(self._config), **tuned)
        encoder, memory = open_encoder(self._config["sentence_vectors"]), self._config["vector_memory"]
        learning = RememberingEncoder(encoder, _ROOT / memory) if encoder and memory else encoder
        reader = train_reader(texts, labels, settings, learning)
        with self._storage.write_to(self._resource) as folder:
            save_reader(reader, Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Reads each message that has a text."""
        for message in messages:
            text = message.get(TEXT)
            if text and self._reader is not None:
                self._note(message, self._reader.read(text))
        return messages

    def _note(self, message: Message, reading: Reading) -> None:
        ranking = [{"name": name, "confidence": confidence} for name, confidence in reading.ranking]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking[: self._config["ranking_length"]], add_to_output=True)
        message.set(UNDERSTOOD, reading.understood.value, add_to_output=True)


def _thresholds(config: dict[str, Any]) -> Thresholds:
    return Thresholds(config["accept_threshold"], config["ask_threshold"], config["sure_threshold"])
