"""The Rasa component that puts dates, numbers and the like found in a message among its entities."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.answers import Found, find_answers

SENT_AT = "now"
"""The metadata key under which the worker sends the moment of the message, as ISO text."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TypedAnswers(EntityExtractorMixin, GraphComponent):
    """Adds one entity for each answer found: its kind, its normalised value and where it stands in the text."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TypedAnswers:
        """The component; it has neither settings nor state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities to each message that has a text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [_entity(answer, text) for answer in find_answers(text, _moment(message))]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def _moment(message: Message) -> datetime:
    """When the customer sent it, so that "wczoraj" means their yesterday also when the message was delayed."""
    sent = (message.get("metadata") or {}).get(SENT_AT)
    return datetime.fromisoformat(sent) if sent else datetime.now(timezone.utc)


def _entity(answer: Found, text: str) -> dict[str, Any]:
    """As Rasa keeps entities: JSON values only, so a sum of money goes as its decimal digits."""
    return {
        "entity": answer.kind.value,
        "value": str(answer.value) if isinstance(answer.value, Decimal) else answer.value,
        "text": text[answer.start : answer.end],
        "start": answer.start,
        "end": answer.end,
        "confidence_entity": 1.0,
        "extractor": TypedAnswers.__name__,
    }
