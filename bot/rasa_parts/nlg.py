"""Rasa's answer generator: hands each item of the turn out as a `custom` payload, values typed, nothing worded."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

import bot.rasa_parts.speedups
from bot.rasa_parts.flow_policy import TURN_SLOT, _said_since_message
from bot.rasa_parts.turn_channel import let_answer_leave

bot.rasa_parts.speedups.apply()


class SayNlg(NaturalLanguageGenerator):
    """Generates no language: which sentence, and with which values, the policy has put into the turn's slot."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Rasa passes its endpoint configuration and the domain; neither is needed."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """`{"custom": item}` for the turn's next item; None, which Rasa logs, where there is none."""
        await let_answer_leave()
        items = tracker.get_slot(TURN_SLOT) or []
        said = _said_since_message(tracker)
        return {"custom": items[said]} if said is not None and said < len(items) else None
