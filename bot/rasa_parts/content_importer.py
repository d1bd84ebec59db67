"""The importer of a compiled project: its rules, like its examples, speak of intents by their full names."""

from __future__ import annotations

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers import utils
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from bot.rasa_parts.full_names import FullNameImporter

SLASH = "__"
"""Stands for the slash of `faq/infolinia` in rules.yml, where Rasa's reader takes one for a retrieval intent's."""


class ContentImporter(FullNameImporter):
    """Each question has a rule of its own; Rasa's reader would make one rule of all of them, and warn of each."""

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The rules, their messages under the intents' full names."""
        graph = utils.story_graph_from_paths(self._story_files, self._domain_of_rules(), exclusion_percentage)
        for step in graph.story_steps:
            for event in step.events:
                if isinstance(event, UserUttered) and event.intent_name:
                    event.intent[INTENT_NAME_KEY] = event.intent_name.replace(SLASH, "/")
        return graph

    def _domain_of_rules(self) -> Domain:
        domain = self.get_domain()
        stand_ins = [intent.replace("/", SLASH) for intent in domain.intents if "/" in intent]
        return domain.merge(Domain.from_dict({"intents": stand_ins}))
